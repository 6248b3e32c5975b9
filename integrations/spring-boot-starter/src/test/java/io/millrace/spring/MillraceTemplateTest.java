package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.TopicSpec;
import io.millrace.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;

/** What the template stores, and how it fails. */
class MillraceTemplateTest extends StarterTest {

  record Ride(String id, int stops) {}

  private static ErrorCode code(CompletableFuture<Receipt> future) {
    return future
        .handle(
            (receipt, failure) ->
                failure instanceof MillraceException known ? known.code() : ErrorCode.NONE)
        .join();
  }

  @Test
  void payloadsOfAllKindsAreStored() {
    application()
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "text");
              template.send("rides", new byte[] {1, 2});
              template.send("rides", "k", new Ride("ride-4711", 2));
              template.send("rides", Event.of("k", "v"));
              template.send("rides", (Object) null);
              template.flush();
              assertThat(broker.events("rides"))
                  .extracting(ConsumedEvent::keyAsString, ConsumedEvent::valueAsString)
                  .containsExactly(
                      tuple(null, "text"),
                      tuple(null, "\1\2"),
                      tuple("k", "{\"id\":\"ride-4711\",\"stops\":2}"),
                      tuple("k", "v"),
                      tuple(null, null));
            });
  }

  @Test
  void aFailureIsInTheFuture() {
    application()
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              assertThat(code(template.send("nowhere", "text"))).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
              assertThat(code(template.send("rides", new byte[64 << 20])))
                  .isEqualTo(ErrorCode.EVENT_TOO_LARGE);
              Event toNowhere = Event.builder().partition(7).value("text").build();
              assertThat(code(template.send("rides", toNowhere)))
                  .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
              assertThat(template.send("rides", "text").join().offset()).isZero();
            });
  }

  @Test
  void aTopicThatIsMadeAgainGetsANewProducer() {
    application()
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "one").join();
              broker.client().admin().deleteTopic("rides");
              assertThat(code(template.send("rides", "two"))).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
              assertThat(code(template.send("rides", "three"))).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
              broker.client().admin().createTopic("rides", TopicSpec.partitions(1));
              assertThat(template.send("rides", "four").join().offset()).isZero();
            });
  }

  @Test
  void aProducerKeepsThePartitionsThatItsTopicHad() {
    application()
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "one").join();
              broker.client().admin().addPartitions("rides", 2);
              Event toNew = Event.builder().partition(1).value("two").build();
              assertThat(code(template.send("rides", toNew)))
                  .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
            });
  }

  @Test
  void theNumberOfTopicsIsLimited() {
    application()
        .withPropertyValues("millrace.producer.max-topics=1")
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "one").join();
              CompletableFuture<Receipt> refused = template.send("bills", "two");
              assertThat(code(refused)).isEqualTo(ErrorCode.LIMIT_REACHED);
              assertThatThrownBy(refused::join)
                  .hasMessageContaining("millrace.producer.max-topics");
              template.send("rides", "three").join();
            });
  }

  @Test
  void aPayloadThatCannotBeConvertedThrows() {
    application()
        .run(
            context ->
                assertThatThrownBy(
                        () ->
                            context.getBean(MillraceTemplate.class).send("rides", new Recursive()))
                    .isInstanceOf(PayloadConversionException.class)
                    .hasMessageContaining("cannot be written as JSON"));
    application()
        .withClassLoader(new FilteredClassLoader("tools.jackson"))
        .run(
            context ->
                assertThatThrownBy(
                        () ->
                            context.getBean(MillraceTemplate.class).send("rides", new Ride("", 0)))
                    .isInstanceOf(PayloadConversionException.class)
                    .hasMessageContaining("there is no converter for a payload of"));
  }

  static final class Recursive {
    public Recursive getSelf() {
      return this;
    }
  }
}
