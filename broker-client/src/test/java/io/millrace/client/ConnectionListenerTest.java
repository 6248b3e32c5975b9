package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.FakeSession;
import io.millrace.protocol.ErrorCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a connection listener hears, and that it cannot harm the client. */
class ConnectionListenerTest extends BrokerTest {

  private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();

  /** The next event of a kind; skips the others. */
  private <T extends ConnectionEvent> T next(Class<T> kind) throws InterruptedException {
    while (true) {
      ConnectionEvent event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("a %s within %s", kind.getSimpleName(), LONG).isNotNull();
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  @Test
  void hearsThatTheConnectionIsLostAndMadeAgain() throws Exception {
    try (MillraceClient client = builder().connectionListener(events::add).build()) {
      assertThat(next(ConnectionEvent.Connected.class).attempts()).isEqualTo(1);
      broker.stop();
      ConnectionEvent.Disconnected lost = next(ConnectionEvent.Disconnected.class);
      assertThat(lost.server()).isEqualTo(broker.address());
      assertThat(lost.cause().code()).isEqualTo(ErrorCode.CONNECTION_LOST);

      ConnectionEvent.Connecting first = next(ConnectionEvent.Connecting.class);
      assertThat(first.attempt()).isEqualTo(1);
      assertThat(first.reason()).isEqualTo("Connection refused");
      assertThat(first.lastFailure().orElseThrow().code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
      ConnectionEvent.Connecting second = next(ConnectionEvent.Connecting.class);
      assertThat(second.attempt()).isEqualTo(2);
      assertThat(second.since()).isGreaterThan(first.since());

      broker.start();
      ConnectionEvent.Connected again = next(ConnectionEvent.Connected.class);
      assertThat(again.attempts()).isGreaterThan(2);
      assertThat(again.after()).isGreaterThan(second.since());
      assertThat(client.admin().listTopics()).isEmpty();
    }
  }

  @Test
  void hearsThatAFirstAttemptGoesOn() throws Exception {
    CompletableFuture<MillraceException> failure;
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String server = "127.0.0.1:" + silent.getLocalPort();
      failure =
          CompletableFuture.supplyAsync(
              () ->
                  thrownBy(() -> builder().server(server).connectionListener(events::add).build()));
      ConnectionEvent.Connecting going = next(ConnectionEvent.Connecting.class);
      assertThat(going)
          .isEqualTo(
              new ConnectionEvent.Connecting(
                  server,
                  1,
                  going.since(),
                  "the port accepts connections and does not answer Hello: the broker is busy, or"
                      + " another program has the port; a broker's own port is 9710 by default",
                  going.lastFailure()));
      assertThat(going.lastFailure()).isEmpty();
      silent.accept().close();
    }
    assertThat(get(failure).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
  }

  @Test
  void hearsThatTheClientHasStopped() throws Exception {
    try (MillraceClient client = builder().connectionListener(events::add).build()) {
      assertThat(client.admin().listTopics()).isEmpty();
      broker.session().goAway(ErrorCode.MALFORMED_FRAME);
      broker.session().cut();
      assertThat(next(ConnectionEvent.Stopped.class).cause().code())
          .isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }

  @Test
  void listenerThatBlocksDoesNotStopTheClient() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    MillraceClient client =
        builder()
            .connectionListener(
                event -> {
                  events.add(event);
                  await(release);
                })
            .build();
    next(ConnectionEvent.Connected.class);
    for (int i = 0; i < 3; i++) {
      broker.sessions().forEach(FakeSession::cut);
      assertThat(client.admin().listTopics()).isEmpty();
    }
    assertThat(events).isEmpty();
    client.close();
    release.countDown();
  }

  @Test
  void listenerThatThrowsHearsTheNextEvent() throws Exception {
    try (MillraceClient client =
        builder()
            .connectionListener(
                event -> {
                  events.add(event);
                  throw new AssertionError("a careless listener");
                })
            .build()) {
      next(ConnectionEvent.Connected.class);
      broker.session().cut();
      next(ConnectionEvent.Disconnected.class);
      next(ConnectionEvent.Connected.class);
      assertThat(client.admin().listTopics()).isEmpty();
    }
  }

  @Test
  void listenerMayCloseTheClient() throws Exception {
    CompletableFuture<MillraceClient> built = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    MillraceClient client =
        builder()
            .connectionListener(
                event -> {
                  if (event instanceof ConnectionEvent.Disconnected) {
                    built.join().close();
                    closed.complete(null);
                  }
                })
            .build();
    built.complete(client);
    broker.session().cut();
    get(closed);
    assertThat(thrownBy(() -> client.admin().listTopics()).code()).isEqualTo(ErrorCode.CLOSED);
  }
}
