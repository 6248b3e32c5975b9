package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.protocol.AckLevel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A failure is logged once, with its cause. */
class FailureLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.millrace.core");
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final TestBroker test = new TestBroker(Engine.MEMORY);

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void close() {
    test.close();
    logger.detachAppender(appender);
  }

  @Test
  void aFailedForceIsLoggedOnceWithItsPartitionAndCause() {
    Partition partition = test.topic("rides");
    test.storage.failingForces.add(partition.id());
    Answer first = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.owner.runUntil(first::isDone);
    test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    List<ILoggingEvent> errors =
        appender.list.stream().filter(event -> event.getLevel() == Level.ERROR).toList();
    assertThat(errors)
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.getFormattedMessage())
                  .isEqualTo("event=partition_failed partition=" + partition.id());
              assertThat(error.getThrowableProxy().getCause().getMessage())
                  .isEqualTo("the disk is broken, says the test");
            });
  }

  @Test
  void aClockThatIsPutBackFarIsLoggedOnceForAPartition() {
    Partition partition = test.topic("rides");
    test.append(partition, Batches.of("a"), AckLevel.STORED);
    test.clock.move(Duration.ofSeconds(-59));
    test.append(partition, Batches.of("b"), AckLevel.STORED);
    assertThat(warnings()).isEmpty();
    test.clock.move(Duration.ofHours(-1));
    test.append(partition, Batches.of("c"), AckLevel.STORED);
    test.append(partition, Batches.of("d"), AckLevel.STORED);
    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("event=clock_behind_log log=" + partition.id() + " seconds=3659 ");
  }

  private List<String> warnings() {
    return appender.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
