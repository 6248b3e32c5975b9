package io.millrace.cli.format;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import io.millrace.protocol.record.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Prints events for people: {@code TIME PARTITION@OFFSET SOURCE KEY VALUE}, with headers in
 * brackets before the value. Control characters are escaped, so that no event can control the
 * terminal. Bytes that are not UTF-8 are printed in Base64. An absent key or value is a dash.
 */
final class TextWriter implements EventWriter {

  private static final byte[] ABSENT = {'-'};
  private static final byte[] BASE64 = "base64:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;

  TextWriter(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(ConsumedEvent event) throws IOException {
    out.write(EventTime.formatBytes(event.timestampMicros()));
    out.write(' ');
    print(event.partition() + "@" + event.offset());
    out.write(' ');
    print(event.source());
    out.write(' ');
    print(event.key());
    out.write(' ');
    for (Header header : event.headers()) {
      out.write('[');
      print(header.name());
      out.write('=');
      print(header.value());
      out.write(']');
      out.write(' ');
    }
    print(event.value());
    out.write('\n');
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  private void print(String text) throws IOException {
    printEscaped(text.getBytes(StandardCharsets.UTF_8));
  }

  private void print(byte[] bytes) throws IOException {
    if (bytes == null) {
      out.write(ABSENT);
    } else if (Utf8.isValid(ByteBuffer.wrap(bytes), 0, bytes.length)) {
      printEscaped(bytes);
    } else {
      out.write(BASE64);
      out.write(Base64.getEncoder().encode(bytes));
    }
  }

  private void printEscaped(byte[] utf8) throws IOException {
    int plainFrom = 0;
    for (int i = 0; i < utf8.length; i++) {
      if (isControl(utf8, i)) {
        out.write(utf8, plainFrom, i - plainFrom);
        printEscape(utf8[i]);
        plainFrom = i + 1;
      }
    }
    out.write(utf8, plainFrom, utf8.length - plainFrom);
  }

  /**
   * Whether the byte belongs to a control character: C0 except the tab, DEL, or C1. In UTF-8, a C1
   * character is {@code c2}, followed by {@code 80} to {@code 9f}.
   */
  private static boolean isControl(byte[] utf8, int at) {
    int b = utf8[at];
    if (b >= 0) {
      return b < ' ' && b != '\t' || b == 0x7f;
    }
    boolean c1Lead = (b & 0xff) == 0xc2 && at + 1 < utf8.length && (utf8[at + 1] & 0xff) < 0xa0;
    boolean c1Trail = at > 0 && (utf8[at - 1] & 0xff) == 0xc2 && (b & 0xff) < 0xa0;
    return c1Lead || c1Trail;
  }

  private void printEscape(byte b) throws IOException {
    out.write('\\');
    switch (b) {
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      default -> {
        out.write('x');
        out.write(HEX[b >> 4 & 0xf]);
        out.write(HEX[b & 0xf]);
      }
    }
  }
}
