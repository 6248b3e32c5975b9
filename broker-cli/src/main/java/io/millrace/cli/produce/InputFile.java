package io.millrace.cli.produce;

import io.millrace.cli.command.Streams;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens the file of {@code --file}, and unpacks it if its first two bytes are those of gzip. */
final class InputFile {

  /** The name that means standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;

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
      BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
      in.mark(2);
      boolean isGzip = in.read() == GZIP_MAGIC_1 && in.read() == GZIP_MAGIC_2;
      in.reset();
      return isGzip ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    } catch (IOException e) {
      raw.close();
      String reason = e instanceof EOFException ? "its gzip header is truncated" : e.getMessage();
      throw new IOException("cannot read " + describe(name) + ": " + reason, e);
    }
  }
}
