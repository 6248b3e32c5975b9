package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.Header;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventGeneratorTest {

  private final EventGenerator generator = new EventGenerator(7);

  @Test
  void everyEventTellsItsIdAndIsAsItWasSent() {
    for (long number = 0; number < 2_000; number++) {
      long id = EventId.of(number % 3 == 0 ? 1023 : 0, (int) number % 1024, number << 20);
      ConsumedEvent read = read(generator.event(id));
      assertThat(generator.idOf(read)).isEqualTo(id);
      assertThat(generator.difference(id, read)).isNull();
    }
  }

  @Test
  void everyFieldCounts() {
    long id = EventId.of(1, 2, 42);
    Event sent = generator.event(id);
    ConsumedEvent as = read(sent);
    byte[] flipped = sent.value().clone();
    flipped[flipped.length - 1] ^= 1;
    List<Header> headers = new ArrayList<>(sent.headers());
    headers.add(new Header("x", null));

    assertThat(
            List.of(
                with(as.timestampMicros() + 1, as.source(), as.key(), as.value(), as.headers()),
                with(as.timestampMicros(), "other", as.key(), as.value(), as.headers()),
                with(as.timestampMicros(), as.source(), new byte[40], as.value(), as.headers()),
                with(as.timestampMicros(), as.source(), as.key(), flipped, as.headers()),
                with(as.timestampMicros(), as.source(), as.key(), as.value(), headers)))
        .extracting(event -> generator.difference(id, event).split(" ")[0])
        .containsExactly("timestamp", "source", "key", "value", "headers");
  }

  @Test
  void whatAnotherSeedMadeHasNoId() {
    ConsumedEvent other = read(new EventGenerator(8).event(EventId.of(0, 0, 0)));
    assertThat(generator.idOf(other)).isEqualTo(EventId.NONE);
    assertThat(generator.idOf(with(0, "s", null, null, List.of()))).isEqualTo(EventId.NONE);
    assertThat(generator.idOf(with(0, "s", null, new byte[100], List.of())))
        .isEqualTo(EventId.NONE);
  }

  private static ConsumedEvent read(Event event) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, event.timestamp());
    return with(micros, event.source(), event.key(), event.value(), event.headers());
  }

  private static ConsumedEvent with(
      long micros, String source, byte[] key, byte[] value, List<Header> headers) {
    return new ConsumedEvent("t", 0, 0, micros, 0, source, key, value, headers);
  }
}
