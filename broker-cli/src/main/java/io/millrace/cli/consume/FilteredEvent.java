package io.millrace.cli.consume;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import io.millrace.filter.ByteRange;
import io.millrace.filter.FilterEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A consumed event as a filter sees it. Can be set to one event after the other; one thread. */
final class FilteredEvent implements FilterEvent {

  private ConsumedEvent event;

  /** Sets the event. */
  FilteredEvent of(ConsumedEvent consumed) {
    event = consumed;
    return this;
  }

  @Override
  public int partition() {
    return event.partition();
  }

  @Override
  public long offset() {
    return event.offset();
  }

  @Override
  public long timestampMicros() {
    return event.timestampMicros();
  }

  @Override
  public long appendTimeMicros() {
    return event.appendTimeMicros();
  }

  @Override
  public void source(ByteRange to) {
    set(to, event.source().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void key(ByteRange to) {
    set(to, event.key());
  }

  @Override
  public void value(ByteRange to) {
    set(to, event.value());
  }

  @Override
  public boolean header(byte[] name, ByteRange to) {
    String wanted = new String(name, StandardCharsets.UTF_8);
    for (Header header : event.headers()) {
      if (header.name().equals(wanted)) {
        set(to, header.value());
        return true;
      }
    }
    return false;
  }

  private static void set(ByteRange to, byte[] bytes) {
    if (bytes == null) {
      to.setAbsent();
    } else {
      to.set(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
  }
}
