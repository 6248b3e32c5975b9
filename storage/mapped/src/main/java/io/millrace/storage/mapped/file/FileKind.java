package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The kinds of file in a data directory. Each begins with four ASCII characters and a version,
 * which distinguish a foreign, a damaged, an outdated and a newer file. Each kind has a maximum
 * length, so that a length in a damaged header does not decide how much memory is allocated.
 */
public enum FileKind {
  SEGMENT("MRSG", Integer.MAX_VALUE),
  /** An entry of 40 bytes for each 64 KiB of a segment: below 1 MiB. */
  INDEX("MRIX", 16 << 20),
  /** A million producers and a million named ones take 294 MB. */
  CHECKPOINT("MRCP", 512 << 20),
  CLOSED("MRCL", 1 << 10),
  /** 32 bytes for each damaged range. */
  DAMAGE("MRDM", 64 << 20),
  /** A million named producers take 266 MB. */
  STATE("MRST", 512 << 20),
  EPOCH("MREP", 1 << 10),
  MANIFEST("MRLG", 1 << 10),
  /** 128 bytes for each log: half a million logs. */
  REGISTER("MRRG", 64 << 20);

  /**
   * The version of all kinds that this build writes, and the only one that it reads. Version 2 is
   * final with release 0.1.0. Builds before it wrote the same number with other checksums.
   */
  static final short VERSION = 2;

  private final int magic;
  private final int maxBodyBytes;

  FileKind(String text, int maxBodyBytes) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    this.magic = ascii[0] | ascii[1] << 8 | ascii[2] << 16 | ascii[3] << 24;
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Most bytes after the header. */
  int maxBodyBytes() {
    return maxBodyBytes;
  }

  /**
   * Throws if a body to write has more bytes than a reader accepts.
   *
   * @throws StorageException {@code LIMIT_REACHED}
   */
  void requireLength(long bodyBytes) {
    if (bodyBytes > maxBodyBytes) {
      throw new StorageException(
          ErrorCode.LIMIT_REACHED,
          "a file of kind "
              + name().toLowerCase(Locale.ROOT)
              + " would have "
              + bodyBytes
              + " bytes, the most allowed are "
              + maxBodyBytes
              + "; store less in it");
    }
  }

  /** The four characters as a little-endian i32. */
  int magic() {
    return magic;
  }

  /** The reason if the checksum matches only when the version is set to this build's. */
  static final String VERSION_DAMAGED = "its version is damaged";

  /** Throws unless a file has this kind's magic and a version that this build reads. */
  void require(int actualMagic, short version, Path file) {
    if (actualMagic != magic) {
      throw corrupt(file, "it begins with 0x%08x, expected 0x%08x".formatted(actualMagic, magic));
    }
    if (version > VERSION) {
      throw new StorageException(
          ErrorCode.LOG_TOO_NEW,
          file
              + " has format version "
              + version
              + ", this build reads version "
              + VERSION
              + "; start the Millrace version that wrote it, or a newer one");
    }
    if (version < VERSION) {
      throw new StorageException(
          ErrorCode.LOG_TOO_OLD,
          file
              + " has format version "
              + version
              + ", this build reads only version "
              + VERSION
              + " and does not convert older files; read it with the Millrace version that wrote it,"
              + " or choose another directory with --data-dir");
    }
  }

  StorageException corrupt(Path file, String what) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        file
            + " is damaged: "
            + what
            + "; restore it from a copy of the data directory; 'Damage and repair' in"
            + " docs/operations.md says what else can be done");
  }
}
