package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/**
 * One file of a {@link SimulatedDisk}, whatever its name: its bytes in the page cache, and its
 * bytes that an fsync has written to the disk.
 */
final class SimulatedFile {

  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;

  /**
   * Kept open, so that the operating system does not reuse this file's number. Null for a file
   * without a name, which only a lost rename or deletion can restore.
   */
  private final FileChannel channel;

  private final byte[] nameless;

  private byte[] synced;

  /**
   * The pages at the time of a failed fsync: the kernel marks them as clean, although they never
   * reached the disk. Null if no fsync has failed.
   */
  private byte[] takenForClean;

  private SimulatedFile(FileChannel channel, byte[] nameless, byte[] synced) {
    this.channel = channel;
    this.nameless = nameless;
    this.synced = synced;
  }

  /** A file that was never fsynced. */
  static SimulatedFile unforced(Path path) {
    return new SimulatedFile(openForRead(path), null, new byte[0]);
  }

  /** A new file that is completely on the disk. */
  static SimulatedFile found(Path path, byte[] bytes) {
    return new SimulatedFile(write(path, bytes), null, bytes);
  }

  /** This file after a kill: the bytes that stayed in the page cache, under a new path. */
  SimulatedFile inNextProcess(Path path, byte[] stayed) {
    return inNextProcess(new SimulatedFile(write(path, stayed), null, synced));
  }

  /** As {@link #inNextProcess(Path, byte[])}, for a file without a name. */
  SimulatedFile inNextProcess() {
    return inNextProcess(new SimulatedFile(null, cached(), synced));
  }

  private SimulatedFile inNextProcess(SimulatedFile same) {
    same.takenForClean = takenForClean;
    return same;
  }

  private static FileChannel openForRead(Path path) {
    try {
      return FileChannel.open(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The zeros at the end, which are most of a segment, are left to the file system. */
  private static FileChannel write(Path path, byte[] bytes) {
    int used = bytes.length;
    while (used > 0 && bytes[used - 1] == 0) {
      used--;
    }
    try {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      ByteBuffer content = ByteBuffer.wrap(bytes, 0, used);
      while (content.hasRemaining()) {
        channel.write(content);
      }
      if (used < bytes.length) {
        channel.write(ByteBuffer.allocate(1), bytes.length - 1L);
      }
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] synced() {
    return synced;
  }

  /** Whether an fsync of this file has failed and no complete one has followed. */
  boolean hasFailed() {
    return takenForClean != null;
  }

  byte[] cached() {
    if (channel == null) {
      return nameless;
    }
    try {
      ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
      while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
        // A read may give less than asked for.
      }
      return bytes.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the dirty pages to the disk.
   *
   * @param rewritten whether everything was written again since the last failed fsync
   */
  void force(boolean rewritten) {
    byte[] cached = cached();
    if (rewritten) {
      takenForClean = null;
    }
    synced = takenForClean == null ? cached : withoutPagesTakenForClean(cached);
  }

  /** Writes some dirty pages to the disk and marks the others as clean. */
  void failForce(Random random) {
    byte[] cached = cached();
    synced = mixed(withoutPagesTakenForClean(cached), random, random.nextDouble());
    takenForClean = cached;
  }

  /** The bytes after a power failure. */
  byte[] afterPowerLoss(Random random, double keep, boolean flips) {
    byte[] cached = cached();
    byte[] found = mixed(withoutPagesTakenForClean(cached), random, keep);
    if (flips) {
      flip(found, random);
    }
    return found;
  }

  /** The bytes after a kill of the process. */
  byte[] afterKill(Random random) {
    byte[] cached = cached();
    if (takenForClean == null) {
      return cached;
    }
    // Clean pages may be dropped from the cache at any time, and are then read from the disk.
    byte[] evicted = cached.clone();
    for (int at = 0; at < cached.length; at += PAGE_BYTES) {
      int end = Math.min(at + PAGE_BYTES, cached.length);
      if (isTakenForClean(cached, at, end) && random.nextBoolean()) {
        copy(synced, evicted, at, end);
      }
    }
    return evicted;
  }

  /** The bytes that an fsync would leave now: pages marked as clean keep the bytes on the disk. */
  private byte[] withoutPagesTakenForClean(byte[] cached) {
    if (takenForClean == null) {
      return cached;
    }
    byte[] written = cached.clone();
    for (int at = 0; at < cached.length; at += PAGE_BYTES) {
      int end = Math.min(at + PAGE_BYTES, cached.length);
      if (isTakenForClean(cached, at, end)) {
        copy(synced, written, at, end);
      }
    }
    return written;
  }

  private boolean isTakenForClean(byte[] cached, int from, int to) {
    return to <= takenForClean.length && Arrays.equals(cached, from, to, takenForClean, from, to);
  }

  /** The synced bytes and some dirty pages, complete or torn between two sectors. */
  private byte[] mixed(byte[] cached, Random random, double keep) {
    boolean lengthKept = cached.length == synced.length || random.nextDouble() < keep;
    byte[] mixed = Arrays.copyOf(synced, lengthKept ? cached.length : synced.length);
    int common = Math.min(mixed.length, cached.length);
    for (int at = 0; at < common; at += PAGE_BYTES) {
      int end = Math.min(at + PAGE_BYTES, common);
      if (!Arrays.equals(mixed, at, end, cached, at, end)) {
        boolean torn = random.nextInt(4) == 0;
        if (torn) {
          tear(mixed, cached, at, end, random);
        } else if (random.nextDouble() < keep) {
          copy(cached, mixed, at, end);
        }
      }
    }
    return mixed;
  }

  private static void tear(byte[] mixed, byte[] cached, int from, int to, Random random) {
    for (int at = from; at < to; at += SECTOR_BYTES) {
      if (random.nextBoolean()) {
        copy(cached, mixed, at, Math.min(at + SECTOR_BYTES, to));
      }
    }
  }

  /** Flips a bit among the bytes that were being written, but never in a segment's header. */
  private void flip(byte[] found, Random random) {
    int from = Math.max(SegmentHeader.BYTES, Arrays.mismatch(found, synced));
    if (from < found.length) {
      int at = from + random.nextInt(Math.min(PAGE_BYTES, found.length - from));
      if (at >= synced.length || found[at] != synced[at]) {
        found[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
  }

  private static void copy(byte[] from, byte[] to, int begin, int end) {
    for (int at = begin; at < end; at++) {
      to[at] = at < from.length ? from[at] : 0;
    }
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
