package io.millrace.cli.format;

import io.millrace.client.ConsumedEvent;
import java.io.IOException;
import java.io.OutputStream;

/** Prints the bytes of each value, unchanged, and a newline. A null value is an empty line. */
final class ValueWriter implements EventWriter {

  private final OutputStream out;

  ValueWriter(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(ConsumedEvent event) throws IOException {
    if (event.value() != null) {
      out.write(event.value());
    }
    out.write('\n');
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
