package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The file {@code register} as it is on disk. Changes nothing.
 *
 * <pre>
 *    0  u32  magic         "MRRG"
 *    4  u16  version       2
 *    6  u16  header bytes  64
 *    8       reserved      0
 *   60  u32  CRC-32C of bytes [0,60)
 *   64       reserved      0
 * 4096       groups of 64 logs, 8192 bytes each: a page with a slot of each log,
 *            and a page with the other slot of each log
 * </pre>
 *
 * Little-endian. The two slots of a log ({@link RegisterSlot}) are in different pages, which are
 * written alternately. The valid slot with the greater sequence counts. A page may be overwritten
 * only if the other page of its group has the slot that counts of each log.
 */
public final class StoredRegister {

  /** Name of the file in a data directory. */
  public static final String NAME = "register";

  static final int HEADER_BYTES = 64;
  static final int PAGE_BYTES = 4096;
  static final int LOGS_PER_GROUP = PAGE_BYTES / RegisterSlot.BYTES;
  static final int GROUP_BYTES = 2 * PAGE_BYTES;

  /** As a bit for each of the two pages of a group. */
  static final int BOTH_COPIES = 0b11;

  private static final int CRC_AT = 60;

  /**
   * What the file says of one log.
   *
   * @param index of the log's two slots
   * @param slot the one that counts
   * @param copy which of the two slots it is, 0 or 1
   * @param settled whether both slots say the same
   */
  record StoredEntry(int index, RegisterSlot slot, int copy, boolean settled) {}

  private final Path file;
  private final boolean found;
  private final Map<LogId, StoredEntry> entries = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Whether a slot is damaged and belongs to no log, or has no effect. */
  private boolean hasUselessSlot;

  private StoredRegister(Path file, boolean found) {
    this.file = file;
    this.found = found;
  }

  /** The register of the data directory that contains a log's directory. */
  public static StoredRegister beside(LogDirectory log) {
    Path logs = log.path().toAbsolutePath().normalize().getParent();
    return read(logs.resolveSibling(NAME), PositionalRead.PLAIN);
  }

  /** The register of a data directory. */
  public static StoredRegister in(Path dataDirectory) {
    return read(dataDirectory.resolve(NAME), PositionalRead.PLAIN);
  }

  private static StoredRegister read(Path file, PositionalRead reads) {
    try (SegmentChannel channel = SegmentChannel.open(file, reads)) {
      return read(file, channel);
    } catch (NoSuchFileException e) {
      StoredRegister none = none(file);
      none.problems.add("it is missing");
      return none;
    } catch (IOException e) {
      throw DiskFailure.of("read", file, e);
    }
  }

  /** The content of a file that does not exist and that no log needs yet. */
  static StoredRegister none(Path file) {
    return new StoredRegister(file, false);
  }

  /**
   * Reads an open file. Bytes that the disk cannot read count as zeros.
   *
   * @throws StorageException {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  static StoredRegister read(Path file, SegmentChannel channel) throws IOException {
    StoredRegister register = new StoredRegister(file, true);
    long size = channel.channel().size();
    int bytes = (int) Math.min(bytes(groups(size)), FileKind.REGISTER.maxBodyBytes());
    ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    channel.read(all, 0);
    register.decodeHeader(all);
    // What is missing of the last group counts as zeros.
    all.clear();
    for (int index = 0; position(index, 1) + RegisterSlot.BYTES <= bytes; index++) {
      register.decode(index, all);
    }
    if (register.end() > size) {
      register.problems.add("it ends inside the slots of its logs");
    }
    if (channel.isUnreadable(0, bytes)) {
      register.problems.add("the disk cannot read a part of it");
    }
    return register;
  }

  /** The position of one of the two slots of an index. */
  static int position(int index, int copy) {
    return PAGE_BYTES
        + index / LOGS_PER_GROUP * GROUP_BYTES
        + copy * PAGE_BYTES
        + index % LOGS_PER_GROUP * RegisterSlot.BYTES;
  }

  /** The number of groups in a file, of which the last one may be cut off. */
  private static long groups(long size) {
    return (Math.max(0, size - PAGE_BYTES) + GROUP_BYTES - 1) / GROUP_BYTES;
  }

  /** The size of a file with a number of groups. */
  static long bytes(long groups) {
    return PAGE_BYTES + groups * GROUP_BYTES;
  }

  /** The bytes of a file with a number of groups that contain no log. */
  static ByteBuffer empty(int groups) {
    ByteBuffer bytes = ByteBuffer.allocate((int) bytes(groups)).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.put(0, header().array());
  }

  static ByteBuffer header() {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, FileKind.REGISTER.magic());
    bytes.putShort(4, FileKind.VERSION);
    bytes.putShort(6, (short) HEADER_BYTES);
    bytes.putInt(CRC_AT, crc(bytes));
    return bytes;
  }

  private static int crc(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, CRC_AT);
    return (int) crc.getValue();
  }

  /** A damaged header loses nothing: each slot has a checksum of its own. */
  private void decodeHeader(ByteBuffer all) {
    ByteBuffer expected = header();
    if (all.limit() < HEADER_BYTES) {
      problems.add("it has " + all.limit() + " bytes, expected at least " + HEADER_BYTES);
      return;
    }
    boolean checksumMatches = all.getInt(CRC_AT) == crc(all);
    if (checksumMatches && all.getInt(0) == expected.getInt(0)) {
      FileKind.REGISTER.require(all.getInt(0), all.getShort(4), file);
    }
    if (!all.slice(0, HEADER_BYTES).equals(expected)) {
      problems.add("its header is damaged");
    }
  }

  private void decode(int index, ByteBuffer all) {
    RegisterSlot first = RegisterSlot.decodeOrNull(all, position(index, 0));
    RegisterSlot second = RegisterSlot.decodeOrNull(all, position(index, 1));
    if (first == null && second == null) {
      boolean bothDamaged = !isFree(all, index, 0) && !isFree(all, index, 1);
      free(index, all);
      if (bothDamaged) {
        problems.add("both slots of a log are damaged, at position " + position(index, 0));
      }
      return;
    }
    int copy = first == null || (second != null && second.sequence() > first.sequence()) ? 1 : 0;
    RegisterSlot newer = copy == 0 ? first : second;
    boolean settled =
        first != null
            && second != null
            && first.id().equals(second.id())
            && first.log().equals(second.log());
    StoredEntry before = entries.get(newer.id());
    boolean isNewest = before == null || before.slot().sequence() < newer.sequence();
    if (before != null) {
      // The index is free: its slots must not win over those of the next log that gets it.
      free(isNewest ? before.index() : index, all);
    }
    if (isNewest) {
      entries.put(newer.id(), new StoredEntry(index, newer, copy, settled));
    }
  }

  /** Nothing needs the slots of an index. */
  private void free(int index, ByteBuffer all) {
    hasUselessSlot = hasUselessSlot || !isFree(all, index, 0) || !isFree(all, index, 1);
  }

  /** Where the slots of the logs end. */
  private long end() {
    return lastIndex() < 0 ? 0 : position(lastIndex(), 1) + RegisterSlot.BYTES;
  }

  /** The greatest index in use; -1 if there is none. */
  int lastIndex() {
    return entries.values().stream().mapToInt(StoredEntry::index).max().orElse(-1);
  }

  private static boolean isFree(ByteBuffer all, int index, int copy) {
    ByteBuffer slot = all.slice(position(index, copy), RegisterSlot.BYTES);
    return slot.equals(ByteBuffer.allocate(RegisterSlot.BYTES));
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Whether there is a file. */
  public boolean exists() {
    return found;
  }

  /** What is wrong with the file, one sentence each. Logs may be missing from it then. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** The logs that have an entry. */
  public Set<LogId> logs() {
    return Set.copyOf(entries.keySet());
  }

  /** Whether both slots of each log say the same, and the rest of the file is as it must be. */
  boolean isWhole() {
    return problems.isEmpty()
        && !hasUselessSlot
        && entries.values().stream().allMatch(StoredEntry::settled);
  }

  /**
   * The copies of the slots that no write may change, for each group: bit 0 for the first page, bit
   * 1 for the second. A page is needed if it has the only slot that counts of some log; both are
   * after a power failure during a write that left a part of a page.
   */
  int[] neededCopies() {
    int[] needed = new int[lastIndex() / LOGS_PER_GROUP + 1];
    for (StoredEntry entry : entries.values()) {
      if (!entry.settled()) {
        needed[entry.index() / LOGS_PER_GROUP] |= 1 << entry.copy();
      }
    }
    return needed;
  }

  /**
   * The bytes of a file in which both slots of each log are the one that counts.
   *
   * @param leastBytes of the file
   */
  ByteBuffer merged(long leastBytes) {
    ByteBuffer merged = empty((int) Math.max(groups(leastBytes), lastIndex() / LOGS_PER_GROUP + 1));
    for (StoredEntry entry : entries.values()) {
      ByteBuffer slot = entry.slot().encode();
      merged.put(position(entry.index(), 0), slot, 0, RegisterSlot.BYTES);
      merged.put(position(entry.index(), 1), slot, 0, RegisterSlot.BYTES);
    }
    return merged;
  }

  Map<LogId, StoredEntry> entries() {
    return entries;
  }

  /** What the register says of a log, or null. */
  public RegisteredLog of(LogId id) {
    StoredEntry entry = entries.get(id);
    return entry == null ? null : entry.slot().log();
  }
}
