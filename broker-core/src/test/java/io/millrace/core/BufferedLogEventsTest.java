package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogListener;
import io.millrace.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferedLogEventsTest {

  private final List<String> received = new ArrayList<>();
  private final BufferedLogEvents events = new BufferedLogEvents();

  private final LogListener receiver =
      new LogListener() {
        @Override
        public void durable(long offset) {
          received.add("durable " + offset);
        }

        @Override
        public void failed(StorageException cause) {
          received.add("failed " + cause.code());
        }
      };

  @Test
  void theNewestDurableOffsetBeforeTheReceiverIsPassedOnceAndLaterOnesInOrder() {
    events.durable(5);
    events.durable(10);
    events.passTo(receiver, 0);
    events.durable(15);
    assertThat(received).containsExactly("durable 10", "durable 15");
  }

  @Test
  void anOffsetThatTheReceiverHasAlreadyIsNotPassed() {
    events.durable(10);
    events.passTo(receiver, 10);
    events.durable(12);
    assertThat(received).containsExactly("durable 12");
  }

  @Test
  void aFailureBeforeTheReceiverIsPassedLast() {
    events.durable(5);
    events.failed(new StorageException(ErrorCode.FENCED, "another broker has taken over"));
    events.passTo(receiver, 0);
    assertThat(received).containsExactly("durable 5", "failed FENCED");
  }
}
