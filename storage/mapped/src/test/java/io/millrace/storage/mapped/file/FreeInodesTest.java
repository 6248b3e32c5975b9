package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.storage.FreeSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class FreeInodesTest {

  @TempDir Path temporary;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(FreeInodes.class);
  }

  @BeforeEach
  void listen() {
    logged.start();
    logger().addAppender(logged);
  }

  @AfterEach
  void stop() {
    logger().detachAppender(logged);
  }

  @Test
  void aNumberThatCannotBeReadIsLoggedOnceUntilItCanBeRead() throws IOException {
    Path gone = temporary.resolve("gone");
    FreeInodes inodes = new FreeInodes(gone);
    inodes.load();
    for (int i = 0; i < 3; i++) {
      assertThat(inodes.count()).isEqualTo(FreeSpace.UNLIMITED);
    }
    assertThat(logged.list)
        .singleElement()
        .asString()
        .contains("event=free_space_unknown what=inodes")
        .contains(gone.toString())
        .contains("errno 2");
    Files.createDirectory(gone);
    assertThat(inodes.count()).isPositive();
    Files.delete(gone);
    inodes.count();
    assertThat(logged.list).hasSize(2);
  }
}
