package io.millrace.cli.produce;

import io.millrace.cli.command.Streams;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens what {@code --file} names; gzip is known by its first two bytes and unpacked. */
final class InputFile {

  /** The name that stands for standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;

  private InputFile() {}

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
      String reason = e instanceof EOFException ? "its gzip header is cut off" : e.getMessage();
      throw new IOException("cannot read " + name + ": " + reason, e);
    }
  }
}
