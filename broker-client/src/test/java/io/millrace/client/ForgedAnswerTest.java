package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteEventsResponse;
import io.millrace.protocol.wire.DeletionResult;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers with counts and limits that no broker sends. */
class ForgedAnswerTest extends BrokerTest {

  private void answer(Class<? extends Request> kind, Response response) {
    broker.script(
        exchange -> {
          if (kind.isInstance(exchange.request())) {
            exchange.answer(response);
          } else {
            exchange.proceed();
          }
        });
  }

  private static void assertBrokenProtocol(MillraceException failure, String... parts) {
    assertThat(failure.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(failure).hasMessageContaining("broke the protocol");
    assertThat(failure.getMessage()).contains(parts);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void lastSequencesOfTooFewPartitions(int count) {
    broker.topic("rides", 2);
    answer(
        OpenNamedProducerRequest.class,
        new OpenNamedProducerResponse(
            BatchHeader.FIRST_NAMED_PRODUCER,
            (short) 0,
            new ProducerSecret(1, 2),
            Collections.nCopies(count, 7L)));
    assertBrokenProtocol(
        thrownBy(() -> client().producer("rides").name("import").build()),
        "last sequences of " + count + " partitions; topic rides has 2");
  }

  /** A result that is missing, added, or of another partition is not taken for a deletion. */
  @ParameterizedTest
  @ValueSource(strings = {"", "1,0", "0", "0,1,2", "0,2"})
  void resultsOfOtherPartitionsThanWereToDelete(String partitions) {
    broker.topic("rides", 3);
    answer(
        DeleteEventsRequest.class,
        new DeleteEventsResponse(
            Stream.of(partitions.split(","))
                .filter(text -> !text.isEmpty())
                .map(text -> new DeletionResult(Integer.parseInt(text), 5, ErrorCode.NONE, ""))
                .toList()));
    assertBrokenProtocol(
        thrownBy(() -> client().admin().deleteEventsBefore("rides", Map.of(0, 5L, 1, 5L))),
        "partitions [0, 1] were to delete events");
  }

  @Test
  void topicWithoutPartitions() {
    answer(
        DescribeTopicRequest.class,
        new TopicResponse(new TopicInfo(new UUID(1, 2), "rides", 0, Map.of(), List.of())));
    assertBrokenProtocol(
        thrownBy(() -> client().producer("rides").build()), "topic rides has no partition");
    assertBrokenProtocol(
        thrownBy(() -> client().consumer("rides").build()), "topic rides has no partition");
  }

  @ParameterizedTest
  @CsvSource({"0,1,1", "1,-5,1", "1,1,-2147483648"})
  void limitsBelowOne(int maxEventBytes, int maxBatchBytes, int idleTimeoutMs) {
    broker.script(
        exchange ->
            exchange.answer(
                HelloResponse.of(
                    new BrokerInfo(
                        new UUID(1, 2),
                        "1",
                        1 << 20,
                        maxEventBytes,
                        maxBatchBytes,
                        idleTimeoutMs,
                        SupportedVersions.ofThisBuild().toList()))));
    assertBrokenProtocol(
        thrownBy(() -> builder().build()),
        "maxEventBytes=" + maxEventBytes,
        "maxBatchBytes=" + maxBatchBytes,
        "idleTimeoutMs=" + idleTimeoutMs);
  }
}
