package io.millrace.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.millrace.cli.command.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes the input has, whatever it is packed in, and how it is cut. */
class InputFileTest {

  private static final byte[] FIRST = utf8("1\n2\n");
  private static final byte[] SECOND = utf8("3\n");

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] pack(String format, byte[] bytes) throws IOException {
    if (format.equals("zstd")) {
      return Zstd.compress(bytes);
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing = packing(format, packed)) {
      packing.write(bytes);
    }
    return packed.toByteArray();
  }

  private static OutputStream packing(String format, OutputStream packed) throws IOException {
    return switch (format) {
      case "gzip" -> new GZIPOutputStream(packed);
      case "bzip2" -> new BZip2CompressorOutputStream(packed);
      case "lz4" -> new FramedLZ4CompressorOutputStream(packed);
      default -> throw new IllegalArgumentException(format);
    };
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static String read(InputStream in) throws IOException {
    Streams streams =
        new Streams(
            in, new ByteArrayOutputStream(), new PrintStream(new ByteArrayOutputStream()), false);
    try (InputStream input = InputFile.open(InputFile.STANDARD_INPUT, streams)) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String read(byte[] bytes) throws IOException {
    return read(new ByteArrayInputStream(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "bzip2", "lz4"})
  void everyMemberIsRead(String format) throws IOException {
    byte[] first = pack(format, FIRST);
    byte[] second = pack(format, SECOND);
    assertThat(read(join(first, second))).isEqualTo("1\n2\n3\n");
    InputStream later =
        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second));
    assertThat(read(later)).as("the second comes in a later read").isEqualTo("1\n2\n3\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "bzip2", "lz4"})
  void bytesThatFollowAreRefused(String format) throws IOException {
    byte[] bytes = join(pack(format, FIRST), utf8("this is not packed"));
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the " + format + " data is not whole")
        .hasMessageNotContaining("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "bzip2", "lz4"})
  void dataThatIsCutOffIsRefused(String format) throws IOException {
    byte[] whole = pack(format, FIRST);
    // Shorter data is not recognized: text can begin with the same bytes.
    int shortest = format.equals("bzip2") ? 10 : 4;
    for (int length = shortest; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the " + format + " data is not whole")
          .hasMessageNotContaining("null");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FD377A585A00, xz -dc",
    "504B0304, unzip -p",
    "377ABCAF271C, 7z x -so",
    "4C5A495001, lzip -dc",
    "02214C18, lz4 -dc",
    "1F9D, gzip -dc"
  })
  void otherPackedDataIsRefusedWithTheCommandThatUnpacksIt(String magic, String command) {
    byte[] bytes = join(HexFormat.of().parseHex(magic), utf8("more\n"));
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(command + " FILE | millrace produce");
  }

  @Test
  void anEmptyBzip2StreamHasNoLine() throws IOException {
    assertThat(read(pack("bzip2", new byte[0]))).isEmpty();
  }

  @Test
  void aByteOrderMarkIsSkippedOnce() throws IOException {
    assertThat(read(utf8("\uFEFFa\n\uFEFFb\n"))).isEqualTo("a\n\uFEFFb\n");
    assertThat(read(pack("gzip", utf8("\uFEFFa\n")))).isEqualTo("a\n");
  }

  @Test
  void otherInputStaysAsItIs() throws IOException {
    for (String text :
        new String[] {"", "\n", "a", "\u001f", "(", "BZh9", "PK\n", "7z", "LZIP", "\uFFFD"}) {
      assertThat(read(utf8(text))).isEqualTo(text);
    }
    assertThat(read(new byte[] {(byte) 0xEF})).isEqualTo("\uFFFD");
  }

  @Test
  void aLineIsReadBeforeMoreInputComes() throws IOException {
    InputStream waits =
        new SequenceInputStream(
            new ByteArrayInputStream(utf8("a\n")),
            new InputStream() {
              @Override
              public int read() {
                throw new AssertionError("a line is there already");
              }
            });
    Streams streams =
        new Streams(
            waits,
            new ByteArrayOutputStream(),
            new PrintStream(new ByteArrayOutputStream()),
            false);
    try (InputStream input = InputFile.open(InputFile.STANDARD_INPUT, streams)) {
      assertThat(input.readNBytes(2)).isEqualTo(utf8("a\n"));
    }
  }
}
