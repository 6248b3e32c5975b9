package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A storage that a producer fills to the last byte, with ack STORED. */
class FullStorageTest {

  private static final int BATCH_BYTES = 900_000;

  private final TestBroker test = new TestBroker(Engine.MEMORY);

  @AfterEach
  void close() {
    test.close();
  }

  private Answer send(long sequence) {
    return test.append(
        test.partition("rides"),
        Batches.ofProducer(7, 0, sequence, "x".repeat(BATCH_BYTES)),
        AckLevel.STORED);
  }

  /** The number of batches that were stored before one was refused. */
  private long fill() {
    long sequence = 0;
    Answer answer = send(sequence);
    while (answer.isAppended()) {
      sequence++;
      answer = send(sequence);
    }
    answer.refusal(ErrorCode.DISK_FULL);
    return sequence;
  }

  @Test
  void readersGoOnAndTheDeletionOfATopicLetsTheProducerResume() {
    test.topic("rides");
    Partition old = test.topic("old");
    for (int i = 0; i < 5; i++) {
      test.append(old, Batches.ofBytes(BATCH_BYTES), AckLevel.STORED).offset();
    }
    long stored = fill();
    assertThat(stored).isGreaterThan(20);
    send(stored).refusal(ErrorCode.DISK_FULL);

    Collector reader = new Collector();
    test.subscribe(
        test.partition("rides"),
        reader,
        new SubscriptionStart.Earliest(),
        IsolationLevel.LATEST,
        Long.MAX_VALUE);
    test.owner.runUntil(() -> reader.offsets().size() == stored);

    test.deleteTopic("old");
    assertThat(send(stored).offset()).isEqualTo(stored);
    test.restart();
    assertThat(send(stored).offset()).as("known after the restart").isEqualTo(stored);
    assertThat(reader.offsets())
        .startsWith(LongStream.range(0, stored).boxed().toArray(Long[]::new));
  }
}
