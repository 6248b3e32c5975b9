package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|``",
        "a\\n|a",
        "a|a",
        "a\\nb|a,b",
        "\\n|<empty>",
        "\\n\\na|<empty>,<empty>,a",
        "a\\r\\nb\\r|a\\r,b\\r",
      })
  void linesEndAtLineFeedsOnly(String input, String expected) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LineReader reader = reader(unescape(input).getBytes(StandardCharsets.UTF_8), 100)) {
      for (byte[] line = reader.next(); line != null; line = reader.next()) {
        lines.add(line.length == 0 ? "<empty>" : new String(line, StandardCharsets.UTF_8));
      }
      assertThat(reader.number()).isEqualTo(lines.size());
    }
    assertThat(String.join(",", lines)).isEqualTo(unescape(expected));
  }

  @Test
  void aLineOverTheLimitIsSkippedAndTheNextOneIsRead() throws IOException {
    String input = "ok\n" + "x".repeat(1_000_000) + "\n" + "12345\n123456";
    try (LineReader reader = reader(input.getBytes(StandardCharsets.UTF_8), 5)) {
      assertThat(reader.next()).asString().isEqualTo("ok");
      assertThatThrownBy(reader::next)
          .isInstanceOf(LineTooLongException.class)
          .hasMessage("line 2 has 1000000 bytes; the limit is 5");
      assertThat(reader.next()).asString().isEqualTo("12345");
      assertThatThrownBy(reader::next).hasMessage("line 4 has 6 bytes; the limit is 5");
      assertThat(reader.next()).isNull();
      assertThat(reader.number()).isEqualTo(4);
    }
  }

  @Test
  void anyBytesInReadsOfAnySizeGiveTheSameLines() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    List<byte[]> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] line = new byte[random.nextInt(1 << random.nextInt(15))];
      random.nextBytes(line);
      for (int j = 0; j < line.length; j++) {
        line[j] = line[j] == '\n' ? (byte) '\r' : line[j];
      }
      lines.add(line);
      input.write(line);
      input.write('\n');
    }
    InputStream choppy =
        new FilterInputStream(new ByteArrayInputStream(input.toByteArray())) {
          @Override
          public int read(byte[] bytes, int from, int length) throws IOException {
            return super.read(bytes, from, Math.min(length, 1 + random.nextInt(5000)));
          }
        };
    try (LineReader reader = new LineReader(choppy, 1 << 20)) {
      for (byte[] line : lines) {
        assertThat(reader.next()).as("seed %d, line %d", seed, reader.number()).isEqualTo(line);
      }
      assertThat(reader.next()).isNull();
    }
  }

  private static LineReader reader(byte[] input, int maxLineBytes) {
    return new LineReader(new ByteArrayInputStream(input), maxLineBytes);
  }

  private static String unescape(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r");
  }
}
