package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines of a library's log that a command with text prints. */
class CommandLogTest {

  private static final String CLIENT = "io.millrace.client.internal.";
  private static final String BATCHES = CLIENT + "producer.BatchCompletion";

  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void configure() throws Exception {
    context.putProperty("millrace.log.command", "millrace produce");
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(CliLogging.class.getResource("logback-commands.xml"));
  }

  private String printed(String logger, Level level, String message) {
    Logger log = context.getLogger(logger);
    if (!log.isEnabledFor(level)) {
      return "";
    }
    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
    LoggingEvent event = new LoggingEvent("", log, level, message, null, null);
    return new String(console.getEncoder().encode(event), UTF_8);
  }

  @Test
  void aRefusalIsAMessageOfTheCommand() {
    assertThat(
            printed(
                BATCHES,
                Level.WARN,
                "event=batch_refused topic=a partition=0 code=DISK_FULL message=the disk is full"))
        .isEqualTo(
            "millrace produce: the broker has refused events: the disk is full [DISK_FULL]\n");
    assertThat(
            printed(
                CLIENT + "connection.ClientConnection",
                Level.WARN,
                "event=unanswered_batch_refused server=h:1 code=UNKNOWN_TOPIC message=no topic 'a'"))
        .isEqualTo(
            "millrace produce: the broker has refused events: no topic 'a' [UNKNOWN_TOPIC]\n");
  }

  @Test
  void whatFollowsFromAnotherFailureIsNotPrinted() {
    assertThat(
            printed(
                BATCHES,
                Level.WARN,
                "event=batch_refused topic=a partition=0 code=OUT_OF_ORDER_SEQUENCE"
                    + " message=producer 0 sent sequences 61456 to 62049; expected 60267"))
        .isEmpty();
    assertThat(
            printed(
                CLIENT + "connection.ReconnectingLink",
                Level.WARN,
                "event=link_failed server=h:1 cause=x"))
        .isEmpty();
    assertThat(
            printed(
                CLIENT + "connection.ClientConnection",
                Level.WARN,
                "event=connection_failed server=h:1"))
        .isEmpty();
  }

  @Test
  void otherWarningsStay() {
    assertThat(printed("io.millrace.storage.X", Level.WARN, "event=file_not_deleted file=f"))
        .isEqualTo("millrace produce: event=file_not_deleted file=f\n");
  }

  @Test
  void theCommandIsNamedWithItsGroup() {
    assertThat(CliLogging.command(new String[] {"produce", "t"})).isEqualTo("millrace produce");
    assertThat(CliLogging.command(new String[] {"topic", "create", "t"}))
        .isEqualTo("millrace topic create");
    assertThat(CliLogging.command(new String[] {})).isEqualTo("millrace");
  }
}
