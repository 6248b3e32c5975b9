package io.millrace.cli.produce;

import io.millrace.cli.command.Streams;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens the file of {@code --file}. It unpacks gzip and zstd data, which it recognizes by their
 * first bytes, and skips a UTF-8 byte order mark.
 */
final class InputFile {

  /** The name that means standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte[] GZIP = {0x1F, (byte) 0x8B};
  private static final byte[] ZSTD = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
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
    return in;
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
