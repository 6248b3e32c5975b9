package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.client.fake.FakeLogins;
import io.millrace.protocol.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** No text that a client makes has a secret: no log line at any level, no message, no toString. */
class SecretsTest extends BrokerTest {

  private static final String SECRET = "sesame-4711";

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.millrace");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final List<String> texts = new CopyOnWriteArrayList<>();

  @TempDir private Path directory;

  @BeforeEach
  void listen() {
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.TRACE);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private List<Credentials> all() throws Exception {
    return List.of(
        Credentials.password("alice", SECRET.toCharArray()),
        Credentials.password("alice", SECRET::toCharArray),
        Credentials.token("mrt_1_" + SECRET),
        Credentials.tokenFile(Files.writeString(directory.resolve("token"), "mrt_1_" + SECRET)),
        Credentials.jwt(() -> SECRET + ".jwt"),
        Credentials.jwt(() -> SECRET + " is no token"),
        Credentials.tokenFile(Files.writeString(directory.resolve("bad"), SECRET + " and more")));
  }

  private void record(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    texts.add(text.toString());
  }

  private MillraceClient.Builder builder(Credentials credentials) {
    return builder()
        .credentials(credentials)
        .requestTimeout(Duration.ofMillis(100))
        .connectionListener(event -> texts.add(event.toString()));
  }

  @Test
  void areInNoText() throws Exception {
    FakeLogins good =
        new FakeLogins("SCRAM-SHA-256", "TOKEN", "OAUTHBEARER")
            .user("alice", SECRET)
            .token("mrt_1_" + SECRET, Duration.ofMillis(400))
            .token(SECRET + ".jwt", Duration.ofMillis(400));
    FakeLogins bad = new FakeLogins("SCRAM-SHA-256", "TOKEN", "OAUTHBEARER");
    int accepted = 0;
    for (Credentials credentials : all()) {
      texts.add(credentials.toString());
      broker.requires(bad);
      record(thrownBy(() -> builder(credentials).build()));
      broker.requires(new FakeLogins("OTHER"));
      record(thrownBy(() -> builder(credentials).build()));
      broker.requires(good);
      try (MillraceClient client = builder(credentials).build()) {
        accepted++;
        texts.add(client.toString());
        broker.requires(bad);
        broker.session().goAway(ErrorCode.CREDENTIAL_EXPIRED);
        broker.session().cut();
        record(thrownBy(() -> client.admin().listTopics()));
      } catch (MillraceException unusable) {
        record(unusable);
      }
    }
    assertThat(accepted).isEqualTo(5);
    List<String> logged = new ArrayList<>();
    for (ILoggingEvent line : lines.list) {
      logged.add(line.getFormattedMessage());
    }
    assertThat(logged).as("log lines").anyMatch(line -> line.contains("event=authenticated"));
    assertThat(logged).noneMatch(line -> line.contains(SECRET));
    assertThat(texts).hasSizeGreaterThan(20).noneMatch(text -> text.contains(SECRET));
  }
}
