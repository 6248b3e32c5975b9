package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the topics that groups need.
 *
 * @param defaults the settings of a topic that says nothing else
 */
record NewGroupTopics(Broker broker, TopicSettings defaults) implements GroupCoordinator.NewTopics {

  @Override
  public CompletableFuture<Topic> logOfGroups() {
    return broker.createInternalTopic(
        TopicName.GROUPS,
        GroupCoordinator.PARTITIONS,
        new TopicSettings(Duration.ZERO, 0, defaults.logSettings()));
  }

  @Override
  public CompletableFuture<Topic> forDeadLetters(String name) {
    return broker.createTopic(name, 1, Map.of()).exceptionallyCompose(why -> existing(name, why));
  }

  /** Another partition of the queue may have made the topic at the same time. */
  private CompletableFuture<Topic> existing(String name, Throwable why) {
    return StageFailure.cause(why) instanceof BrokerException e
            && e.code() == ErrorCode.TOPIC_EXISTS
        ? CompletableFuture.completedFuture(broker.topic(name))
        : CompletableFuture.failedFuture(why);
  }
}
