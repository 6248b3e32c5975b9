package io.millrace.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.Isolation;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ReadPositionTest {

  private static final PartitionDescription PARTITION =
      new PartitionDescription(0, 10, 20, 30, 1, Optional.empty());

  @Test
  void fromIsAnEndOfTheLogOrAnOffset() {
    assertThat(from("earliest").position()).isEqualTo(StartPosition.earliest());
    assertThat(from("latest").position()).isEqualTo(StartPosition.latest());
    assertThat(from("17").position()).isEqualTo(StartPosition.offset(17));
    assertThat(from("17").notBeforeMicros()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void fromATimeSkipsEarlierEventsAnywhereInTheLog() {
    ReadFrom from = from("2026-11-22T09:30:00Z");
    assertThat(from.position())
        .isEqualTo(StartPosition.timestamp(Instant.parse("2026-11-22T09:30:00Z")));
    assertThat(from.notBeforeMicros()).isEqualTo(EventTime.parse("2026-11-22T09:30:00Z"));
  }

  @Test
  void aDurationIsBeforeNow() {
    Instant before = Instant.now();
    Instant parsed = EventTime.toInstant(TimeArgument.parse("10m"));
    assertThat(parsed)
        .isBetween(
            before.minus(Duration.ofMinutes(10)).minusMillis(1),
            Instant.now().minus(Duration.ofMinutes(10)).plusMillis(1));
  }

  @Test
  void untilStopsAtTheEndOfTheIsolation() {
    assertThat(until("end").bound(PARTITION, Isolation.DURABLE)).isEqualTo(20);
    assertThat(until("end").bound(PARTITION, Isolation.LATEST)).isEqualTo(30);
    assertThat(until("25").bound(PARTITION, Isolation.DURABLE)).isEqualTo(25);
    ReadUntil time = until("2026-11-22T09:30:00Z");
    assertThat(time.bound(PARTITION, Isolation.DURABLE)).isEqualTo(20);
    assertThat(time.beforeMicros()).isEqualTo(EventTime.parse("2026-11-22T09:30:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "10 minutes", "2026-13-01", "99999999999999999999999"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> from(text)).isInstanceOf(TypeConversionException.class);
    assertThatThrownBy(() -> until(text)).isInstanceOf(TypeConversionException.class);
  }

  /** A bare number is an offset elsewhere; {@code --since} takes none, and must not suggest one. */
  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "17", "10 minutes", "1h30m", "2026-02-30T00:00:00.000000Z"})
  void sinceNamesTheFormsThatItAccepts(String text) {
    assertThatThrownBy(() -> new TimeArgument.Converter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "'%s' is not a time; expected ISO-8601 such as 2026-11-22T09:30:00.123456Z, or a"
                + " duration before now: a whole number with ms, s, m, h, d or w, such as 90m",
            text);
  }

  @Test
  void aNumberIsRefusedWithTheTimeThatItIs() {
    assertThatThrownBy(() -> new TimeArgument.Converter().convert("1764000000"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageEndingWith("; as a number since 1970, it is 2025-11-24T16:00:00.000000Z");
    assertThatThrownBy(() -> new TimeArgument.Converter().convert("9".repeat(40)))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageEndingWith("such as 90m");
  }

  /** The message of a wrong duration names the units. */
  @Test
  void fromAndUntilNameTheUnits() {
    assertThatThrownBy(() -> from("1h30m")).hasMessageContaining("ms, s, m, h, d or w");
    assertThatThrownBy(() -> until("1y")).hasMessageContaining("ms, s, m, h, d or w");
  }

  @Test
  void aRangeIsInvertedIfItsEndIsBeforeItsBegin() {
    assertThat(from("500").isAfter(until("100"))).isTrue();
    assertThat(from("100").isAfter(until("100"))).isFalse();
    assertThat(from("100").isAfter(until("end"))).isFalse();
    assertThat(from("2099-01-01").isAfter(until("2098-01-01"))).isTrue();
    assertThat(from("2098-01-01").isAfter(until("2099-01-01"))).isFalse();
    assertThat(from("1h").isAfter(until("2h"))).isTrue();
    assertThat(from("earliest").isAfter(until("0"))).isFalse();
    assertThat(from("500").isAfter(until("2001-01-01"))).isFalse();
  }

  private static ReadFrom from(String text) {
    return new ReadFrom.Converter().convert(text);
  }

  private static ReadUntil until(String text) {
    return new ReadUntil.Converter().convert(text);
  }
}
