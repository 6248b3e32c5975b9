package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NewGroupTopicsTest {

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final NewGroupTopics topics =
      new NewGroupTopics(test.broker, TestBroker.SETTINGS.topicDefaults());

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void twoPartitionsThatNeedTheSameTopicAtOnceGetOne() {
    CompletableFuture<Topic> first = topics.forDeadLetters("orders.dead-letters");
    CompletableFuture<Topic> second = topics.forDeadLetters("orders.dead-letters");
    assertThat(second.join()).isSameAs(first.join());
  }

  @Test
  void aTopicThatCannotBeMadeIsAFailure() {
    CompletableFuture<Topic> refused = topics.forDeadLetters("a name with spaces");
    assertThatThrownBy(refused::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_NAME));
  }
}
