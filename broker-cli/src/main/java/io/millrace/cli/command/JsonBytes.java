package io.millrace.cli.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes JSON in UTF-8, and escapes DEL and the C1 control characters, which JSON allows in a
 * string as they are. A terminal would obey them. The bytes must be JSON, in which these characters
 * occur in strings only. One thread.
 */
public final class JsonBytes extends FilterOutputStream {

  private static final int DEL = 0x7f;
  private static final int C1_LEAD = 0xc2;
  private static final int C1_END = 0xa0;

  /** Whether the last byte was the first of a character that may be C1; it is not written yet. */
  private boolean led;

  public JsonBytes(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int end = from + length;
    int plainFrom = from;
    for (int i = from; i < end; i++) {
      int b = bytes[i] & 0xff;
      if (led) {
        led = false;
        plainFrom = i;
        if (b < C1_END) {
          writeEscape(b);
          plainFrom = i + 1;
        } else {
          out.write(C1_LEAD);
        }
      } else if (b == C1_LEAD || b == DEL) {
        out.write(bytes, plainFrom, i - plainFrom);
        plainFrom = i + 1;
        led = b == C1_LEAD;
        if (b == DEL) {
          writeEscape(b);
        }
      }
    }
    out.write(bytes, plainFrom, end - plainFrom);
  }

  private void writeEscape(int character) throws IOException {
    out.write("\\u%04x".formatted(character).getBytes(StandardCharsets.US_ASCII));
  }
}
