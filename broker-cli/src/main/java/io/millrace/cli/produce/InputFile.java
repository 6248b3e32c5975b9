package io.millrace.cli.produce;

import io.millrace.cli.command.Streams;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens the file of {@code --file}. It unpacks gzip, zstd, bzip2 and lz4 data, which it recognizes
 * by their first bytes, refuses other packed data, and skips a UTF-8 byte order mark.
 */
final class InputFile {

  /** The name that means standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte[] GZIP = {0x1F, (byte) 0x8B};
  private static final byte[] ZSTD = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
  private static final byte[] LZ4 = {0x04, 0x22, 0x4D, 0x18};

  /** What follows the level in the header of a bzip2 stream, with blocks and without. */
  private static final List<String> BZIP2 = List.of("1AY&SY", "\u0017rE8P\u0090");

  /** Packed data that is not read, with the command that unpacks it. */
  private enum Foreign {
    XZ("xz data", "xz -dc", new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0}),
    ZIP("a zip archive", "unzip -p", new byte[] {'P', 'K', 3, 4}),
    SEVEN_ZIP(
        "a 7z archive", "7z x -so", new byte[] {'7', 'z', (byte) 0xBC, (byte) 0xAF, 0x27, 0x1C}),
    LZIP("lzip data", "lzip -dc", new byte[] {'L', 'Z', 'I', 'P', 1}),
    LEGACY_LZ4("lz4 data of the legacy format", "lz4 -dc", new byte[] {0x02, 0x21, 0x4C, 0x18}),
    COMPRESS("data of the command compress", "gzip -dc", new byte[] {0x1F, (byte) 0x9D});

    private final String name;
    private final String unpack;
    private final byte[] magic;

    Foreign(String name, String unpack, byte[] magic) {
      this.name = name;
      this.unpack = unpack;
      this.magic = magic;
    }

    IOException refusal() {
      return new IOException(
          "it is "
              + name
              + ", which this command does not unpack; unpack it first: "
              + unpack
              + " FILE | millrace produce ...");
    }
  }

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private InputFile() {}

  /** The name of the input in messages. */
  static String describe(String name) {
    return name.equals(STANDARD_INPUT) ? "standard input" : name;
  }

  /** Opens the input; the caller closes it. */
  static InputStream open(String name, Streams streams) throws IOException {
    InputStream raw =
        name.equals(STANDARD_INPUT) ? streams.in() : Files.newInputStream(Path.of(name));
    try {
      return open(raw);
    } catch (IOException e) {
      raw.close();
      throw new IOException("cannot read " + describe(name) + ": " + e.getMessage(), e);
    }
  }

  private static InputStream open(InputStream raw) throws IOException {
    BufferedInputStream text =
        new BufferedInputStream(unpacked(new BufferedInputStream(raw, BUFFER_BYTES)), BUFFER_BYTES);
    if (startsWith(text, BYTE_ORDER_MARK)) {
      text.skipNBytes(BYTE_ORDER_MARK.length);
    }
    return text;
  }

  private static InputStream unpacked(BufferedInputStream in) throws IOException {
    if (startsWith(in, GZIP)) {
      return CompressedInput.gzip(in);
    }
    if (startsWith(in, ZSTD)) {
      return CompressedInput.zstd(in);
    }
    if (startsWith(in, LZ4)) {
      return CompressedInput.lz4(in);
    }
    if (startsWithBzip2(in)) {
      return CompressedInput.bzip2(in);
    }
    for (Foreign foreign : Foreign.values()) {
      if (startsWith(in, foreign.magic)) {
        throw foreign.refusal();
      }
    }
    return in;
  }

  private static boolean startsWithBzip2(BufferedInputStream in) throws IOException {
    for (char level = '1'; level <= '9'; level++) {
      for (String block : BZIP2) {
        if (startsWith(in, ("BZh" + level + block).getBytes(StandardCharsets.ISO_8859_1))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Reads no byte after the first that differs: on a terminal, more may come only later. */
  private static boolean startsWith(BufferedInputStream in, byte[] bytes) throws IOException {
    in.mark(bytes.length);
    boolean same = true;
    for (int i = 0; same && i < bytes.length; i++) {
      same = in.read() == (bytes[i] & 0xFF);
    }
    in.reset();
    return same;
  }
}
