package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.PingRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StartTest {

  /** Those of other tests, which end while this one runs. */
  private final Set<Thread> before = Thread.getAllStackTraces().keySet();

  @Test
  void aPortInUseIsNamedWithItsFlag() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertThatThrownBy(() -> TestServers.start(Map.of("listen.port", port)))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "port "
                  + port
                  + " of 127.0.0.1 is in use; stop the process that uses it, or choose another port"
                  + " with --port (listen.port)");
      assertThatThrownBy(() -> TestServers.start(Map.of("http.port", port)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("port " + port)
          .hasMessageContaining("--http-port (http.port)");
    }
    awaitNoThreads();
  }

  @Test
  void anUnknownHostIsNamed() {
    assertThatThrownBy(() -> TestServers.start(Map.of("listen.host", "no-such-host.invalid")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("'no-such-host.invalid' is not known")
        .hasMessageContaining("listen.host");
  }

  @Test
  void httpCanBeDisabled() {
    try (MillraceServer server = TestServers.start(Map.of("http.enabled", "false"));
        WireClient client = WireClient.hello(server.port())) {
      assertThat(server.httpPort()).isEqualTo(-1);
      client.ask(new PingRequest(), EmptyResponse.class);
    }
  }

  @Test
  void closingLeavesNoThreadsAndMayBeRepeated() throws InterruptedException {
    MillraceServer server = TestServers.start(Map.of());
    assertThat(startedThreads()).isNotEmpty();

    server.close();
    server.close();

    server.awaitStop();
    awaitNoThreads();
  }

  /** A thread can be visible for a moment after it was joined. */
  private void awaitNoThreads() {
    Awaitility.await()
        .atMost(120, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(startedThreads()).isEmpty());
  }

  /** The threads of brokers that were started since the test began. */
  private Set<String> startedThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("millrace-"))
        .collect(Collectors.toSet());
  }
}
