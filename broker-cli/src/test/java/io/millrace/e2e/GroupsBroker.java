package io.millrace.e2e;

import io.millrace.client.MillraceClient;
import io.millrace.server.MillraceServer;
import io.millrace.server.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker in this process, and its clients. */
final class GroupsBroker implements AutoCloseable {

  private final Path data;
  private final List<MillraceClient> clients = new ArrayList<>();
  private MillraceServer server;
  private int port;

  GroupsBroker(Path data) {
    this.data = data;
    start();
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** A client that reconnects fast; closed with the broker. */
  MillraceClient client() {
    MillraceClient client = connect(address());
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  /** A client that the caller closes. */
  static MillraceClient connect(String address) {
    return MillraceClient.builder()
        .server(address)
        .connectTimeout(Duration.ofSeconds(60))
        .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50))
        .build();
  }

  /** Stops the broker and starts it again, on the same port. */
  void restart() {
    server.close();
    start();
  }

  private void start() {
    server =
        MillraceServer.start(
            ConfigLoader.load(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "dataDir", data.toString(),
                    "listen.port", String.valueOf(port),
                    "http.port", "0")));
    port = server.port();
  }

  /** A member that can be killed: a proxy stands between its client and the broker. */
  FaultProxy proxy() throws IOException {
    return FaultProxy.before(port);
  }

  @Override
  public void close() {
    synchronized (clients) {
      clients.forEach(MillraceClient::close);
    }
    server.close();
  }
}
