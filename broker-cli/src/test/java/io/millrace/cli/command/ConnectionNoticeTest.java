package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.ConnectionEvent;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionNoticeTest {

  private static final String SERVER = "broker:9710";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ConnectionNotice notice = notice(false);

  private ConnectionNotice notice(boolean progress) {
    return new ConnectionNotice(notices(false), progress);
  }

  private Notices notices(boolean json) {
    return new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), "millrace tail", json);
  }

  @Test
  void forProgramsANoticeIsOneLineOfJson() throws Exception {
    new ConnectionNotice(notices(true), true).changed(connecting(3, "Connection \"refused\"\n"));
    assertThat(lines()).hasSize(1);
    JsonNode said = new ObjectMapper().readTree(lines().get(0)).get("notice");
    assertThat(said.get("command").asText()).isEqualTo("millrace tail");
    assertThat(said.get("message").asText()).contains(SERVER, "Connection \"refused\"\n");
  }

  private static ConnectionEvent connecting(long seconds, String reason) {
    return new ConnectionEvent.Connecting(
        SERVER, 7, Duration.ofSeconds(seconds), reason, Optional.empty());
  }

  private static ConnectionEvent connected(long seconds) {
    return new ConnectionEvent.Connected(SERVER, Duration.ofSeconds(seconds), 7);
  }

  private static ConnectionEvent disconnected() {
    return new ConnectionEvent.Disconnected(
        SERVER, new MillraceException(ErrorCode.CONNECTION_LOST, "it broke"));
  }

  private List<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void shortOutageIsNotWorthALine() {
    notice.changed(connected(0));
    notice.changed(disconnected());
    notice.changed(connecting(2, "Connection refused"));
    notice.changed(connected(2));
    assertThat(lines()).isEmpty();
  }

  @Test
  void longOutageIsToldEverLessOften() {
    notice.changed(connected(0));
    for (int second = 0; second < 300; second++) {
      notice.changed(connecting(second, "Connection refused"));
    }
    notice.changed(connected(300));
    notice.changed(connecting(2, "Connection refused"));
    notice.changed(connected(2));
    assertThat(lines())
        .containsExactly(
            "millrace tail: reconnecting to broker:9710, since 3 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 6 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 12 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 24 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 48 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 96 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 156 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 216 s: Connection refused",
            "millrace tail: reconnecting to broker:9710, since 276 s: Connection refused",
            "millrace tail: connected again to broker:9710 after 300 s");
  }

  @Test
  void firstConnectionIsNotCalledAReconnection() {
    notice.changed(connecting(4, "no answer yet"));
    notice.changed(connected(5));
    assertThat(lines())
        .containsExactly(
            "millrace tail: connecting to broker:9710, since 4 s: no answer yet",
            "millrace tail: connected to broker:9710 after 5 s");
  }

  @Test
  void lineIsOneLineAndReplacesTheProgress() {
    notice(true).changed(connecting(4, "it said\n\u001b[2J"));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\r\033[Kmillrace tail: connecting to broker:9710, since 4 s: it said\\n\\x1b[2J\n");
  }
}
