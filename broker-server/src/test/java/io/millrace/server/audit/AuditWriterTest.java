package io.millrace.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** From an event to a line of the logger. */
@Timeout(60)
class AuditWriterTest {

  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final AuditActor ALICE = new AuditActor("alice", "", "10.0.0.7:1", "a");

  @TempDir Path directory;

  private final Logger logger =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("millrace.audit");
  private final Lines lines = new Lines();
  private final AuditCounters counters = new AuditCounters();

  /** Keeps the lines, and writes them to a file if it has one. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<String> all = new CopyOnWriteArrayList<>();
    private volatile Runnable before = () -> {};

    @Override
    protected void append(ILoggingEvent event) {
      before.run();
      all.add(event.getFormattedMessage());
    }
  }

  @BeforeEach
  void listen() {
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private AuditWriter start(Optional<AuditLines.Reserve> reserve) {
    AuditWriter writer = new AuditWriter(new AuditLines(reserve, counters, CLOCK), counters, CLOCK);
    writer.start(Optional.empty());
    return writer;
  }

  private static AuditEvent denial(String topic) {
    return AuditEvent.denied(ALICE, "write", topic, ErrorCode.NOT_AUTHORIZED, "no");
  }

  private static AuditEvent change(int number) {
    return AuditEvent.allowed(ALICE, "create", "topic:t" + number, "");
  }

  @Test
  void aCloseWritesAllThatWasRecorded() {
    try (AuditWriter writer = start(Optional.empty())) {
      for (int i = 0; i < 100; i++) {
        writer.record(change(i));
        writer.record(denial("topic:rides"));
      }
    }
    assertThat(lines.all).hasSize(102);
    assertThat(lines.all.get(0)).contains("\"resource\":\"topic:t0\"");
    assertThat(lines.all.get(1)).contains("\"result\":\"denied\"", "\"times\":1}");
    assertThat(lines.all.get(100)).contains("\"resource\":\"topic:t99\"");
    assertThat(lines.all.get(101)).contains("\"result\":\"denied\"", "\"times\":99}");
    assertThat(counters.events(AuditResult.DENIED)).isEqualTo(100);
    assertThat(counters.droppedFromLog()).isZero();
  }

  @Test
  void aSlowAppenderDelaysNobodyAndTheMemoryOfTheQueueIsLimited() {
    CountDownLatch blocked = new CountDownLatch(1);
    lines.before =
        () -> {
          try {
            blocked.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    int events = 20_000;
    AuditWriter writer = start(Optional.empty());
    try {
      for (int i = 0; i < events; i++) {
        writer.record(denial("topic:t" + i));
      }
      long dropped = counters.droppedFromLog();
      assertThat(dropped).isBetween(events - 3_000L, events - 1_000L);
      writer.record(change(1));
      assertThat(counters.droppedFromLog()).as("a change has a place").isEqualTo(dropped);
    } finally {
      blocked.countDown(); // else the writer cannot be closed
      writer.close();
    }
    assertThat(lines.all).anyMatch(line -> line.contains("topic:t1\"") && line.contains("create"));
    assertThat(lines.all)
        .filteredOn(line -> line.contains("events were not written"))
        .singleElement()
        .asString()
        .contains("\"times\":" + counters.droppedFromLog() + "}");
  }

  /** The appender writes to a small file system, which becomes full and has space again. */
  @Test
  void denialsAreKeptWhileTheDiskIsFull() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount.toString()) == 0,
        "skipped: no file system can be mounted here; run as root");
    try {
      AuditDirectory files = AuditDirectory.open(mount);
      Files.createFile(files.path().resolve("audit.log"));
      AuditReserve reserve = AuditReserve.open(files.reserve(), 64 * 1024);
      Path fill = mount.resolve("fill");
      fill(fill);
      int kept;
      try (AuditLines output =
          new AuditLines(Optional.of(new AuditLines.Reserve(files, reserve)), counters, CLOCK)) {
        String line = new AuditEntry(Instant.EPOCH, denial("topic:t"), 1).toJson();
        int written = 1000;
        for (int i = 0; i < written; i++) {
          output.write(line);
        }
        assertThat(lines.all).isEmpty();
        kept = (64 * 1024 - 12) / (line.length() + 8);
        assertThat(counters.droppedFromLog()).isEqualTo(written - kept);

        Files.delete(fill);
        output.writeWaiting();
        assertThat(output.isWaiting()).isFalse();
        assertThat(lines.all).hasSize(kept + 1);
        assertThat(lines.all.subList(0, kept)).containsOnly(line);
        Map<String, String> lost = AuditEntryTest.parse(lines.all.get(kept));
        assertThat(lost).containsEntry("times", String.valueOf(written - kept));
        output.write("next");
        assertThat(lines.all).endsWith("next");
      }
    } finally {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  private static void fill(Path file) {
    try {
      Files.write(file, new byte[8 << 20]);
    } catch (IOException e) {
      return; // full
    }
    throw new AssertionError("the file system is not small");
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void aLineThatACrashHasTornIsEnded() throws IOException {
    Path log = Files.createDirectory(directory.resolve("audit")).resolve("audit.log");
    Files.writeString(log, "{\"whole\":1}\n{\"torn");
    AuditDirectory.open(directory);
    assertThat(Files.readString(log)).isEqualTo("{\"whole\":1}\n{\"torn\n");
    AuditDirectory.open(directory);
    assertThat(Files.readString(log, StandardCharsets.UTF_8)).endsWith("torn\n");
  }
}
