package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** No text of others commands a terminal or begins a line. */
class PrintableTest {

  /** C0 without the tab, DEL, C1, and what changes the direction of text. */
  private static boolean isControl(int c) {
    return Character.isISOControl(c) && c != '\t'
        || c >= 0x202a && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }

  @Test
  void noControlCharacterIsPrinted() {
    for (int c = 0; c < 0x3000; c++) {
      String text = "a" + Character.toString(c) + "b";
      String printed = Printable.line(text);
      if (isControl(c)) {
        assertThat(printed).startsWith("a\\").endsWith("b");
        assertThat(printed.chars()).noneMatch(PrintableTest::isControl);
      } else {
        assertThat(printed).isEqualTo(text);
      }
    }
  }

  @Test
  void aCellOfATableStaysInItsLine() {
    Table table = new Table("SOURCE", "COUNT");
    table.add("a\nb\u001b[2Jc", 7);
    assertThat(table.toString()).isEqualTo("SOURCE        COUNT\na\\nb\\x1b[2Jc      7\n");
  }

  @Test
  void jsonEscapesDelAndC1HoweverItIsWritten() throws IOException {
    String text = "\"a\u007f\u0080\u009f\u00a0\u00c2\u0141\uD83D\uDE00\u0085\"";
    String escaped = "\"a\\u007f\\u0080\\u009f\u00a0\u00c2\u0141\uD83D\uDE00\\u0085\"";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int step = 1; step <= bytes.length; step++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (JsonBytes json = new JsonBytes(out)) {
        for (int from = 0; from < bytes.length; from += step) {
          json.write(bytes, from, Math.min(step, bytes.length - from));
        }
      }
      assertThat(out.toString(StandardCharsets.UTF_8)).as("%d at a time", step).isEqualTo(escaped);
    }
  }
}
