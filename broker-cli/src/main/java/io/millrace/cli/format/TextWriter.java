package io.millrace.cli.format;

import io.millrace.cli.command.Printable;
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
    Printable.write(text.getBytes(StandardCharsets.UTF_8), out);
  }

  private void print(byte[] bytes) throws IOException {
    if (bytes == null) {
      out.write(ABSENT);
    } else if (Utf8.isValid(ByteBuffer.wrap(bytes), 0, bytes.length)) {
      Printable.write(bytes, out);
    } else {
      out.write(BASE64);
      out.write(Base64.getEncoder().encode(bytes));
    }
  }
}
