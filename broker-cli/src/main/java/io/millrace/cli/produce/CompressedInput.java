package io.millrace.cli.produce;

import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * Unpacked bytes of compressed input. The exceptions of the libraries get a message that names the
 * format. Used by one thread. A class of its own, so that plain input loads no class of the
 * libraries.
 */
final class CompressedInput extends FilterInputStream {

  private final String format;

  private CompressedInput(String format, InputStream unpacked) {
    super(unpacked);
    this.format = format;
  }

  /** Gzip data: one or more members (RFC 1952). */
  static InputStream gzip(InputStream packed) throws IOException {
    try {
      return new CompressedInput(
          "gzip",
          GzipCompressorInputStream.builder()
              .setInputStream(packed)
              .setDecompressConcatenated(true)
              .get());
    } catch (IOException e) {
      throw explained("gzip", e);
    }
  }

  /** Zstandard data: one or more frames (RFC 8878). */
  static InputStream zstd(InputStream packed) throws IOException {
    try {
      return new CompressedInput("zstd", new ZstdInputStream(packed));
    } catch (IOException e) {
      throw explained("zstd", e);
    }
  }

  /** Bzip2 data: one or more streams. */
  static InputStream bzip2(InputStream packed) throws IOException {
    try {
      return new CompressedInput("bzip2", new BZip2CompressorInputStream(packed, true));
    } catch (IOException e) {
      throw explained("bzip2", e);
    }
  }

  /** LZ4 data: one or more frames, as the command {@code lz4} writes them. */
  static InputStream lz4(InputStream packed) throws IOException {
    try {
      return new CompressedInput("lz4", new FramedLZ4CompressorInputStream(packed, true));
    } catch (IOException e) {
      throw explained("lz4", e);
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      throw explained(format, e);
    }
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    try {
      return super.read(bytes, from, length);
    } catch (IOException e) {
      throw explained(format, e);
    }
  }

  private static IOException explained(String format, IOException e) {
    String reason =
        e instanceof EOFException || e.getMessage() == null
            ? "it ends in the middle"
            : "it is damaged, or other bytes follow it (" + e.getMessage() + ")";
    return new IOException("the " + format + " data is not whole: " + reason, e);
  }
}
