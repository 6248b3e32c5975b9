package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A broker with a small heap: what it refuses, and what it gives back. */
class MemoryLimitsTest {

  private final TestBroker test =
      new TestBroker(Engine.MEMORY, TestBroker.limitedByMemory(1 << 20));

  @AfterEach
  void close() {
    test.close();
  }

  private MemoryShare share(Use use) {
    return test.broker.memory().share(use);
  }

  private static void rethrow(CompletableFuture<?> future) throws Throwable {
    Throwable failure = catchThrowable(future::join);
    throw failure == null ? new AssertionError("not refused") : failure.getCause();
  }

  @Test
  void topicsAreRefusedWithTheNumberThatFitsAndADeletionMakesSpace() {
    int most = (int) (share(Use.TOPICS).limit() / TopicMemory.PARTITION_BYTES);
    assertRefused(
            ErrorCode.LIMIT_REACHED,
            () -> rethrow(test.broker.createTopic("wide", most + 1, Map.of())))
        .contains("the heap has space for ", "MILLRACE_HEAP");
    assertThat(share(Use.TOPICS).used()).isZero();

    test.createTopic("rides", most - 1, Map.of());
    assertRefused(
            ErrorCode.LIMIT_REACHED, () -> rethrow(test.broker.createTopic("more", 2, Map.of())))
        .contains("space for 0 more");
    test.deleteTopic("rides");
    assertThat(share(Use.TOPICS).used()).isZero();
    test.createTopic("more", 2, Map.of());
  }

  @Test
  void addedPartitionsCountAndAreGivenBackWithTheirTopic() {
    test.createTopic("rides", 1, Map.of());
    long one = share(Use.TOPICS).used();
    int most = (int) (share(Use.TOPICS).limit() / TopicMemory.PARTITION_BYTES);
    assertRefused(
            ErrorCode.LIMIT_REACHED, () -> rethrow(test.broker.addPartitions("rides", most + 1)))
        .contains("more partitions: the heap has space for ", "MILLRACE_HEAP");
    assertThat(share(Use.TOPICS).used()).isEqualTo(one);

    test.addPartitions("rides", 3);
    assertThat(share(Use.TOPICS).used()).isEqualTo(one + 2L * TopicMemory.PARTITION_BYTES);
    test.deleteTopic("rides");
    assertThat(share(Use.TOPICS).used()).isZero();
  }

  @Test
  void subscriptionsAreRefusedAndTheirEndMakesRoom() {
    Partition partition = test.topic("rides");
    List<String> filter = IntStream.range(0, 1024).mapToObj(i -> "source-" + i).toList();
    SubscriptionSpec large =
        new SubscriptionSpec(new SubscriptionStart.Earliest(), IsolationLevel.LATEST, 1, filter);
    List<Subscription> subscriptions = new ArrayList<>();
    int most =
        (int) (share(Use.SUBSCRIPTIONS).limit() / (SubscriptionRequest.HEAP_BYTES + 8 * 1024));
    for (int i = 0; i < most; i++) {
      subscriptions.add(partition.subscribe(large, new Collector()).subscription());
    }
    assertRefused(ErrorCode.LIMIT_REACHED, () -> partition.subscribe(large, new Collector()))
        .contains("bytes of heap", "MILLRACE_HEAP");

    subscriptions.remove(0).close();
    subscriptions.add(partition.subscribe(large, new Collector()).subscription());
    subscriptions.forEach(Subscription::close);
    subscriptions.forEach(Subscription::close);
    assertThat(share(Use.SUBSCRIPTIONS).used()).isZero();
    assertRefused(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        () ->
            partition.subscribe(
                new SubscriptionSpec(
                    new SubscriptionStart.Offset(7), IsolationLevel.LATEST, 1, filter),
                new Collector()));
    assertThat(share(Use.SUBSCRIPTIONS).used()).as("after a refusal").isZero();
  }

  @Test
  void aListThatDoesNotFitIsRefusedAndGivesItsMemoryBack() {
    Partition partition = test.topic("rides");
    int most = (int) (share(Use.SOURCE_LISTS).limit() / SourceList.SOURCE_BYTES);
    test.append(
            partition,
            Batches.ofSources(IntStream.range(0, most).mapToObj(i -> "source-" + i).toList()),
            AckLevel.STORED)
        .offset();
    UUID topic = partition.id().topicId();
    assertRefused(
            ErrorCode.LIMIT_REACHED,
            () -> rethrow(test.broker.sources().list(topic, IsolationLevel.LATEST)))
        .contains("sources", "MILLRACE_HEAP");
    assertThat(share(Use.SOURCE_LISTS).used()).isZero();
  }

  @Test
  void aListIsRefusedForNowWhileOthersTakeTheMemory() {
    Partition partition = test.topic("rides");
    test.append(partition, Batches.of("a"), AckLevel.STORED).offset();
    UUID topic = partition.id().topicId();
    long others = share(Use.SOURCE_LISTS).limit() - 10;
    share(Use.SOURCE_LISTS).reserve(others);
    assertRefused(
        ErrorCode.TOO_MANY_IN_FLIGHT,
        () -> rethrow(test.broker.sources().list(topic, IsolationLevel.LATEST)));

    share(Use.SOURCE_LISTS).release(others);
    SourceList listed = test.broker.sources().list(topic, IsolationLevel.LATEST).join();
    assertThat(share(Use.SOURCE_LISTS).used()).isPositive();
    listed.close();
    assertThat(share(Use.SOURCE_LISTS).used()).isZero();
  }

  @Test
  void aListOfADeletedTopicEndsWithTheReason() {
    Partition partition = test.topic("rides");
    IsolationLevel isolation = IsolationLevel.LATEST;
    Scan<SourceList> scan =
        partition.sourceScan(isolation, new SourceList(share(Use.SOURCE_LISTS), test.clock));
    test.deleteTopic("rides");
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> scan.step(Runnable::run));
  }

  @Test
  void aNameIsRefusedBeforeItIsSaved() {
    int partitions = 10;
    UUID topic = test.createTopic("rides", partitions, Map.of()).id();
    MemoryShare producers = share(Use.PRODUCERS);
    long before = producers.used();
    long others = producers.limit() - before - NamedSequences.OPENING_BYTES * partitions;
    producers.reserve(others);
    assertRefused(
            ErrorCode.LIMIT_REACHED, () -> rethrow(test.broker.producers().open(topic, "import")))
        .contains("MILLRACE_HEAP");
    producers.release(others);

    CompletableFuture<NamedProducer> opening = test.broker.producers().open(topic, "import");
    test.owner.runUntilDone(opening);
    assertThat(opening.join().epoch()).as("the first opening").isZero();
    test.deleteTopic("rides");
    assertThat(producers.used()).isEqualTo(before);
  }

  @Test
  void addedPartitionsThatHaveNoMemoryForTheNamesOfTheTopicAreRefused() {
    UUID topic = test.createTopic("rides", 1, Map.of()).id();
    int names = 300;
    for (int n = 0; n < names; n++) {
      test.owner.runUntilDone(test.broker.producers().open(topic, "import-" + n));
    }
    MemoryShare producers = share(Use.PRODUCERS);
    long topics = share(Use.TOPICS).used();
    long before = producers.used();
    assertRefused(
            ErrorCode.LIMIT_REACHED, () -> rethrow(test.broker.addPartitions("rides", 1 + 20)))
        .contains("20 more partitions", names + " names", "MILLRACE_HEAP");
    assertThat(producers.used()).isEqualTo(before);
    assertThat(share(Use.TOPICS).used()).isEqualTo(topics);

    test.addPartitions("rides", 1 + 2);
    assertThat(producers.used())
        .isEqualTo(before + 2L * names * NamedSequences.OPENING_BYTES)
        .isLessThanOrEqualTo(producers.limit());
  }

  @Test
  void aStartWithMoreTopicsThanFitServesThem() {
    test.createTopic("rides", 10, Map.of());
    long used = share(Use.TOPICS).used();
    test.restart();
    assertThat(share(Use.TOPICS).used()).isEqualTo(used);
    assertThat(share(Use.PRODUCERS).used()).isZero();
  }
}
