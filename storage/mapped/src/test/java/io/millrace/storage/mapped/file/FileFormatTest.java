package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.storage.LogId;
import io.millrace.storage.TestStates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bytes of version 2 of every file: written once from {@code docs/file-format.md}, never
 * edited. A change of format gets a new version and new bytes beside these.
 */
class FileFormatTest {

  private static final LogId ID =
      new LogId(UUID.fromString("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"), 5);

  @TempDir Path directory;

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  private static LogKey key(String text) {
    return LogKey.read(ByteBuffer.wrap(hex(text)).order(ByteOrder.LITTLE_ENDIAN), 0);
  }

  private byte[] written(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  private Path given(byte[] golden) throws IOException {
    return Files.write(directory.resolve("golden"), golden);
  }

  /** The log's directory, without its name. */
  private LogDirectory log() {
    return LogDirectory.copied(directory, ID);
  }

  private LogDirectory given(String name, byte[] golden) throws IOException {
    Files.write(directory.resolve(name), golden);
    return log();
  }

  private static final LogIdentity IDENTITY =
      new LogIdentity(ID, key("1011121314151617 18191a1b1c1d1e1f"));

  private static final byte[] SEGMENT_HEADER =
      hex(
          """
          4d525347 0200 4000 71605f4e3d2c1b0a f9e8d7c6b5a49382
          05000000 00001000 e803000000000000
          1011121314151617 18191a1b1c1d1e1f 00000000 ba6e22ed
          """);

  @Test
  void segmentHeader() throws IOException {
    SegmentHeader header = new SegmentHeader(IDENTITY, 1 << 20, 1000);
    assertThat(header.encode().array()).isEqualTo(SEGMENT_HEADER);
    ByteBuffer golden = ByteBuffer.wrap(SEGMENT_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(SegmentHeader.decode(golden, directory)).isEqualTo(header);
  }

  private static final byte[] MANIFEST =
      hex(
          """
          4d524c47 0200 0000 28000000 ebe91ea3
          71605f4e3d2c1b0a f9e8d7c6b5a49382 05000000 00000000
          1011121314151617 18191a1b1c1d1e1f
          """);

  @Test
  void manifest() throws IOException {
    LogManifest manifest = new LogManifest(IDENTITY);
    manifest.write(directory.resolve("manifest"), new FaultyDisk(null));
    assertThat(written("manifest")).isEqualTo(MANIFEST);
    assertThat(LogManifest.read(given(MANIFEST))).hasValue(manifest);
  }

  /** A header of 104 bytes, of which the proof covers the first 40: 00 01 02 .. 27. */
  @Test
  void proof() {
    ByteBuffer header = ByteBuffer.allocate(104).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 40; i++) {
      header.put(i, (byte) i);
    }
    new BatchProof(IDENTITY.key(), 1000).write(header, 0, 64);
    assertThat(header.getLong(40)).isEqualTo(0x192c768c4899e7a5L);
  }

  private static final byte[] CHECKPOINT =
      hex(
          """
          4d524350 0200 0000 23000000 1190ec22
          e903000000000000 e803000000000000 a8000000 07000000 ea03000000000000
          0a0b0c
          """);

  @Test
  void checkpoint() throws IOException {
    Checkpoint checkpoint = new Checkpoint(1001, 1000, 168, 7, 1002, new byte[] {10, 11, 12});
    checkpoint.write(log(), new FaultyDisk(null));
    assertThat(written("checkpoint")).isEqualTo(CHECKPOINT);
    Checkpoint read = Checkpoint.read(given("checkpoint", CHECKPOINT)).orElseThrow();
    assertThat(read).usingRecursiveComparison().isEqualTo(checkpoint);
  }

  private static final byte[] CLOSED =
      hex(
          """
          4d52434c 0200 0000 18000000 76530ae0
          ea03000000000000 e803000000000000 10010000 07000000
          """);

  @Test
  void closedMark() throws IOException {
    ClosedMark mark = new ClosedMark(1002, 1000, 272, 7);
    mark.write(log());
    assertThat(written("closed")).isEqualTo(CLOSED);
    assertThat(ClosedMark.read(given("closed", CLOSED))).hasValue(mark);
  }

  private static final byte[] DAMAGE =
      hex(
          """
          4d52444d 0200 0000 28000000 48ff0e83
          01000000 00000000
          ea03000000000000 eb03000000000000 e803000000000000 a8000000 68000000
          """);

  @Test
  void damage() throws IOException {
    DamagedRanges ranges = new DamagedRanges(List.of(new DamagedRange(1002, 1003, 1000, 168, 104)));
    ranges.write(log(), new FaultyDisk(null));
    assertThat(written("damage")).isEqualTo(DAMAGE);
    assertThat(DamagedRanges.read(given("damage", DAMAGE))).isEqualTo(ranges);
  }

  private static final byte[] INDEX =
      hex(
          """
          4d524958 0200 0000 88000000 59f0994f
          e803000000000000 d007000000000000 40420f00 02000000
          2003000000000000 2602000000000000 5802000000000000 0900000000000000
          e803000000000000 4000000000000000
          ffffffffffffff7f 0000000000000080 0000000000000000
          4c04000000000000 4000010000000000
          9001000000000000 f401000000000000 0600000000000000
          """);

  @Test
  void index() throws IOException {
    SparseIndex index = new SparseIndex();
    index.addEntry(1000, 64);
    index.addToTail(400, 500, 6);
    index.addEntry(1100, 64 + 65_536);
    index.addToTail(550, 600, 9);
    index.addAppendTime(800);
    new IndexFile(1000, 2000, 1_000_000, index).write(log());
    String name = "00000000000000001000.index";
    assertThat(written(name)).isEqualTo(INDEX);
    IndexFile read = IndexFile.read(given(name, INDEX), 1000);
    assertThat(read.coveredOffset()).isEqualTo(2000);
    assertThat(read.coveredBytes()).isEqualTo(1_000_000);
    assertThat(read.index().count()).isEqualTo(2);
    assertThat(read.index().offset(1)).isEqualTo(1100);
    assertThat(read.index().position(1)).isEqualTo(65_600);
    assertThat(read.index().before(0)).isEqualTo(BlockContents.NONE);
    assertThat(read.index().before(1)).isEqualTo(new BlockContents(400, 500, 6));
    assertThat(read.index().tail()).isEqualTo(new BlockContents(550, 600, 9));
    assertThat(read.index().all()).isEqualTo(new BlockContents(400, 600, 15));
    assertThat(read.index().maxEventTime()).isEqualTo(600);
    assertThat(read.index().newestAppendTime()).isEqualTo(800);
  }

  /** An index of an earlier build, with entries of 24 bytes. The broker builds it again. */
  private static final byte[] EARLIER_INDEX =
      hex(
          """
          4d524958 0200 0000 58000000 51e91c10
          e803000000000000 d007000000000000 40420f00 02000000
          5802000000000000 2003000000000000
          e803000000000000 4000000000000000 0000000000000080
          4c04000000000000 4000010000000000 f401000000000000
          """);

  @Test
  void anIndexWithOtherEntriesIsRefused() throws IOException {
    LogDirectory log = given("00000000000000001000.index", EARLIER_INDEX);
    assertThatThrownBy(() -> IndexFile.read(log, 1000))
        .hasMessageContaining("its length does not match its entries");
  }

  private static final byte[] REGISTER_HEADER =
      hex(
          """
          4d525247 0200 4000
          0000000000000000 0000000000000000 0000000000000000 0000000000000000
          0000000000000000 0000000000000000 00000000 91f81f5d
          """);

  private static final byte[] REGISTER_SLOT =
      hex(
          """
          e34c4522 05000000 71605f4e3d2c1b0a f9e8d7c6b5a49382 0300000000000000
          e803000000000000 d007000000000000 f807000000000000 07000000 00000000
          """);

  /** The second slot of log 65 is in the second page of the second group. */
  @Test
  void register() throws IOException {
    RegisterSlot slot = new RegisterSlot(ID, 3, new RegisteredLog(1000, 2000, 2040, 7));
    assertThat(slot.encode().array()).isEqualTo(REGISTER_SLOT);
    ByteBuffer golden = StoredRegister.empty(2);
    assertThat(golden.array()).startsWith(REGISTER_HEADER).hasSize(4096 + 2 * 8192);
    golden.put(4096 + 8192 + 4096 + 64, REGISTER_SLOT);
    Files.write(directory.resolve("register"), golden.array());
    StoredRegister read = StoredRegister.in(directory);
    assertThat(read.problems()).isEmpty();
    assertThat(read.of(ID)).isEqualTo(slot.log());
    assertThat(read.entries().get(ID))
        .isEqualTo(new StoredRegister.StoredEntry(65, slot, 1, false));
  }

  private static final byte[] STATE = hex("4d525354 0200 0000 03000000 be1e7d85 010203");

  @Test
  void state() throws IOException {
    FileStates states =
        new FileStates(directory, directory.resolve("quarantine"), new FaultyDisk(null));
    TestStates.save(states, "topics", new byte[] {1, 2, 3});
    assertThat(written("topics.state")).isEqualTo(STATE);
    assertThat(written("topics.copy")).isEqualTo(STATE);
    Files.delete(directory.resolve("topics.copy"));
    Files.write(directory.resolve("topics.state"), STATE);
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {1, 2, 3});
  }

  private static final byte[] EPOCH = hex("4d524550 0200 0000 04000000 2f2a64b0 09000000");

  @Test
  void epoch() throws IOException {
    Files.write(directory.resolve("epoch"), EPOCH);
    EpochCounter counter = EpochCounter.open(directory.resolve("epoch"), new FaultyDisk(null));
    assertThat(counter.next(ID, 0)).isEqualTo(10);
    assertThat(written("epoch")[ChecksummedFile.HEADER_BYTES]).isEqualTo((byte) 10);
  }
}
