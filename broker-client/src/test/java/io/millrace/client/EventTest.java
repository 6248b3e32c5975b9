package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

  private static ConsumedEvent consumed(List<Header> headers) {
    return new ConsumedEvent("t", 0, 0, 0, 0, "s", null, null, headers);
  }

  @Test
  void numberOfTheSourceIsAHeader() {
    Event event =
        Event.builder()
            .header("source-sequence", "7")
            .header("trace", "a")
            .sourceSequence(42)
            .build();

    assertThat(event.sourceSequence()).isEqualTo(42);
    assertThat(event.headers())
        .extracting(Header::name)
        .containsExactly("trace", "source-sequence");
    assertThat(event.headers().get(1).valueAsString()).isEqualTo("42");
    assertThat(consumed(event.headers()).sourceSequence()).hasValue(42);
  }

  @Test
  void builderGivesEachEventItsOwnNumber() {
    Event.Builder builder = Event.builder().header("trace", "a");
    Event first = builder.sourceSequence(1).build();
    Event second = builder.sourceSequence(2).build();
    Event none = builder.sourceSequence(Event.NO_SEQUENCE).build();

    assertThat(consumed(first.headers()).sourceSequence()).hasValue(1);
    assertThat(consumed(second.headers()).sourceSequence()).hasValue(2);
    assertThat(consumed(none.headers()).sourceSequence()).isEmpty();
    assertThat(none.headers()).hasSize(1);
  }

  @Test
  void otherValuesOfTheHeaderAreNoNumber() {
    assertThat(consumed(List.of(new Header("source-sequence", null))).sourceSequence()).isEmpty();
    assertThat(consumed(Event.builder().header("source-sequence", "x").build().headers()))
        .extracting(ConsumedEvent::sourceSequence)
        .matches(number -> number.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, Long.MAX_VALUE})
  void otherNumbersAreRefused(long number) {
    assertThatIllegalArgumentException().isThrownBy(() -> Event.builder().sourceSequence(number));
  }
}
