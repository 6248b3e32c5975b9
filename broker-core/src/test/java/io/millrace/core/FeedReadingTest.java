package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a queue reads while its broker ends. */
class FeedReadingTest {

  private final AtomicInteger closedLeases = new AtomicInteger();
  private TestBroker broker;
  private Reader reader;
  private FeedReading reading;

  /** Runs tasks when the test says so, until it has ended. */
  private static final class Reader implements FeedReading.Owner {

    private final List<Runnable> tasks = new ArrayList<>();
    private boolean ended;

    @Override
    public void execute(Runnable task) {
      if (ended) {
        throw new RejectedExecutionException("ended, says the test");
      }
      tasks.add(task);
    }

    @Override
    public void moved(FeedReading reading) {
      // Nobody decodes.
    }
  }

  @BeforeEach
  void open() {
    broker = new TestBroker(Engine.MEMORY);
    broker.createTopic("rides", 1, Map.of());
    reader = new Reader();
    reading = new FeedReading(reader, broker.partition("rides"), 0);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private void deliver() {
    reading.deliver(List.of(ByteBuffer.allocate(8)), closedLeases::incrementAndGet, 1, 1);
  }

  @Test
  void theLeaseOfADeliveryIsClosedIfTheOwnerHasEnded() {
    reader.ended = true;
    deliver();
    assertThat(closedLeases).hasValue(1);
  }

  @Test
  void theLeaseIsClosedOnceIfTheReadingEndsBeforeTheOwnerHasTheDelivery() {
    deliver();
    reading.close();
    reader.tasks.forEach(Runnable::run);
    assertThat(closedLeases).hasValue(1);
  }

  @Test
  void theEndOfTheSubscriptionNeedsNoOwner() {
    reader.ended = true;
    reading.ended(new BrokerException(ErrorCode.SHUTTING_DOWN, "the broker ends"));
    assertThat(reading.end()).isNull();
  }
}
