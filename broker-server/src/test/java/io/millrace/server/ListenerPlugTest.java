package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Operation;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.toy.Toys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server finds, opens and drains a listener of another protocol without a change. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class ListenerPlugTest {

  @Test
  void bothListenersServeTheSameEvents() throws IOException {
    try (MillraceServer server = startWithLines();
        WireClient client = WireClient.hello(server.port());
        LineClient lines = new LineClient(linePort(server))) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();

      lines.send("put t hello");
      assertThat(lines.next()).isEqualTo("stored 0");
      int sent = client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "world"));
      assertThat(client.answerTo(sent, ProduceResponse.class).baseOffset()).isEqualTo(1);

      lines.send("tail t");
      assertThat(lines.next()).isEqualTo("event 0 hello");
      assertThat(lines.next()).isEqualTo("event 1 world");
      lines.send("put nothing x");
      assertThat(lines.next()).isEqualTo("refused UNKNOWN_TOPIC");
    }
  }

  @Test
  void itsAddressAndItsMetricsAreReported() throws IOException {
    try (MillraceServer server = startWithLines();
        WireClient client = WireClient.hello(server.port());
        LineClient lines = new LineClient(linePort(server))) {
      client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class);
      lines.send("put t x");
      assertThat(lines.next()).isEqualTo("stored 0");

      assertThat(server.addressesText())
          .matches("native 127.0.0.1:\\d+, http 127.0.0.1:\\d+, lines 127.0.0.1:\\d+");
      assertThat(Metrics.value(server, "millrace_connections")).isEqualTo(2);
      assertThat(Metrics.value(server, "millrace_listener_connections{listener=\"lines\"}"))
          .isEqualTo(1);
      assertThat(Metrics.value(server, "millrace_listener_connections{listener=\"native\"}"))
          .isEqualTo(1);
      Metrics.await(
          server, "millrace_request_seconds_count{api=\"LINES_PUT\"}", count -> count == 1);
    }
  }

  @Test
  void itAsksTheAuthorizer() throws IOException {
    try (MillraceServer server =
            MillraceServer.start(
                withLines(), (session, operation, resource) -> operation != Operation.READ);
        WireClient client = WireClient.hello(server.port());
        LineClient lines = new LineClient(linePort(server))) {
      client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class);

      lines.send("put t x");
      assertThat(lines.next()).isEqualTo("stored 0");
      lines.send("tail t");
      assertThat(lines.next()).isEqualTo("refused NOT_AUTHORIZED");
    }
  }

  @Test
  void itIsDrainedAndClosedWithTheServer() throws IOException {
    MillraceServer server = startWithLines();
    int port = linePort(server);
    try (LineClient lines = new LineClient(port)) {
      lines.send("put nothing x");
      assertThat(lines.next()).isEqualTo("refused UNKNOWN_TOPIC");
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

      assertThat(lines.next()).isEqualTo("bye");
      assertThat(lines.next()).isNull();
      closed.orTimeout(120, TimeUnit.SECONDS).join();
    }
    assertThatThrownBy(() -> new LineClient(port)).isInstanceOf(ConnectException.class);
  }

  @Test
  void itIsNotOpenedUnlessItIsEnabled() {
    ServerConfig config = withToys(Map.of("listeners.lines.port", "0"));

    assertThat(config.listeners()).containsOnlyKeys("native", "http");
  }

  @Test
  void itsSettingsAreCheckedAsAllOthers() {
    assertThatThrownBy(() -> withToys(Map.of("listeners.lines.maxLineByte", "100")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("did you mean 'listeners.lines.maxLineBytes'?");
    assertThatThrownBy(() -> withToys(Map.of("listeners.lines.port", "65536")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("listeners.lines.port is 65536; expected 0 to 65535");
  }

  @Test
  void aPortInUseIsNamedWithItsSetting() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      ServerConfig config =
          withToys(Map.of("listeners.lines.enabled", "true", "listeners.lines.port", port));

      assertThatThrownBy(() -> MillraceServer.start(config))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("port " + port)
          .hasMessageEndingWith(
              "choose another port with --set listeners.lines.port=PORT (listeners.lines.port)");
    }
  }

  private static MillraceServer startWithLines() {
    return MillraceServer.start(withLines());
  }

  private static ServerConfig withLines() {
    return withToys(Map.of("listeners.lines.enabled", "true", "listeners.lines.port", "0"));
  }

  private static int linePort(MillraceServer server) {
    return server.addressesOf("lines").get(0).port();
  }

  private static ServerConfig withToys(Map<String, String> settings) {
    return Toys.installed(() -> TestServers.config(settings));
  }

  /** One connection that speaks lines. */
  private static final class LineClient implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    LineClient(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void send(String line) throws IOException {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next line; null at the end of the stream. */
    String next() throws IOException {
      return in.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
