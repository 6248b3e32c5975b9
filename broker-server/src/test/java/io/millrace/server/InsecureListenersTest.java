package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.server.settings.InsecureListener;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SecuritySettings.Insecure;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class InsecureListenersTest {

  private static final InsecureListener OPEN =
      new InsecureListener(
          "native",
          new ListenAddress("listen", "0.0.0.0", 9710),
          "0.0.0.0",
          Set.of(Insecure.PLAINTEXT, Insecure.ANONYMOUS));

  private final Logger logger = (Logger) LoggerFactory.getLogger(InsecureListeners.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final EmbeddedChannel clock = new EmbeddedChannel();

  @BeforeEach
  void attach() {
    clock.freezeTime();
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(lines);
    clock.close();
  }

  private void passes(long minutes) {
    clock.advanceTimeBy(minutes, TimeUnit.MINUTES);
    clock.runScheduledPendingTasks();
  }

  @Test
  void theLogWarnsAtTheStartAndEveryHour() {
    new InsecureListeners(List.of(OPEN)).warn(clock.eventLoop());
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARN);
              assertThat(line.getFormattedMessage())
                  .startsWith("event=insecure_listener listener=native host=0.0.0.0")
                  .contains("tls=off authentication=off");
            });

    passes(59);
    assertThat(lines.list).hasSize(1);
    passes(1);
    assertThat(lines.list).hasSize(2);
    passes(60);
    assertThat(lines.list).hasSize(3);
  }

  @Test
  void aBrokerWithoutAnyHasNothingToSay() {
    new InsecureListeners(List.of()).warn(clock.eventLoop());

    passes(120);
    assertThat(lines.list).isEmpty();
  }

  @Test
  void theReadinessPageNamesThem() {
    Map<String, String> open =
        Map.of("listen.host", "0.0.0.0", "security.allowInsecure", "plaintext,anonymous");
    try (MillraceServer server = TestServers.start(open)) {
      assertThat(Metrics.get(server, "/health/ready").body())
          .startsWith("{\"status\":\"ready\"")
          .contains(
              "\"insecureListeners\":[{\"listener\":\"native\",\"host\":\"0.0.0.0\","
                  + "\"plaintext\":true,\"anonymous\":true}]");
    }
  }
}
