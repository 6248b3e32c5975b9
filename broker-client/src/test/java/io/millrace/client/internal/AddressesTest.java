package io.millrace.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.fake.EnoughTime;
import io.millrace.client.fake.FakeBroker;
import io.millrace.client.fake.FakeSession;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.BrokerAddress;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.ListenerCalls;
import io.millrace.client.internal.connection.NameService;
import io.millrace.client.internal.producer.EventClock;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.SupportedVersions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host with several addresses. The broker listens on 127.0.0.1 only. */
@Timeout(300)
class AddressesTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  private final FakeBroker broker = new FakeBroker();
  private final BrokerAddress server =
      new BrokerAddress("both.test", BrokerAddress.parse(broker.address()).port());
  private final AtomicInteger lookups = new AtomicInteger();

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  private MillraceClient connect(Duration connectTimeout, NameService names) {
    return NettyMillraceClient.connect(
        new ClientSettings(
            server,
            "test",
            connectTimeout,
            LONG,
            new BackoffRange(Duration.ofMillis(1), Duration.ofMillis(5)),
            SupportedVersions.ofThisBuild(),
            ClientSecurity.NONE),
        names,
        new ListenerCalls(null),
        EventClock.system(),
        new Random(1));
  }

  private NameService names(String... addresses) {
    return host -> {
      lookups.incrementAndGet();
      List<InetAddress> all = new ArrayList<>();
      for (String address : addresses) {
        all.add(InetAddress.getByName(address));
      }
      return all;
    };
  }

  private static MillraceException failure(Runnable call) {
    MillraceException failure = catchThrowableOfType(MillraceException.class, call::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  private ServerSocket listen(String address, int backlog) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address, server.port()), backlog);
    return socket;
  }

  private static void assertWorks(MillraceClient client) {
    assertThat(client.admin().listTopics()).isEmpty();
  }

  @Test
  void addressThatRefusesIsFollowedByTheNext() {
    try (MillraceClient client = connect(LONG, names("127.0.0.9", "127.0.0.8", "127.0.0.1"))) {
      assertWorks(client);
      assertThat(broker.sessions()).hasSize(1);
    }
  }

  @Test
  void addressesOfBothFamiliesAreTried() {
    try (MillraceClient client = connect(LONG, names("::1", "127.0.0.1"))) {
      assertWorks(client);
    }
  }

  @Test
  void addressThatDoesNotAnswerTheConnectionIsFollowedByTheNext() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = listen("127.0.0.9", 1)) {
      fill(full, waiting);
      try (MillraceClient client = connect(LONG, names("127.0.0.9", "127.0.0.1"))) {
        assertWorks(client);
      }
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Makes connections until the queue of the socket is full, so that the kernel drops the next. */
  private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
    while (waiting.size() < 1000) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(full.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    throw new AssertionError("the queue of the socket has no end");
  }

  @Test
  void portThatAcceptsAndSaysNothingDoesNotWin() throws Exception {
    try (ServerSocket silent = listen("127.0.0.9", 5);
        MillraceClient client = connect(LONG, names("127.0.0.9", "127.0.0.1"))) {
      assertWorks(client);
      try (Socket loser = silent.accept()) {
        loser.setSoTimeout((int) LONG.toMillis());
        // The Hello, and then the end: the client has closed this connection.
        assertThat(loser.getInputStream().readAllBytes()).isNotEmpty();
      }
      // The address that has worked is the first one of the next attempt.
      broker.session().cut();
      assertWorks(client);
      silent.setSoTimeout(1);
      assertThat(catchThrowableOfType(SocketTimeoutException.class, silent::accept)).isNotNull();
    }
  }

  /** Two addresses that say nothing leave time for the third one. */
  @Test
  void portsThatAcceptAndSayNothingShareTheConnectTimeout() throws Exception {
    try (ServerSocket silent = listen("127.0.0.9", 5);
        ServerSocket alsoSilent = listen("127.0.0.8", 5);
        MillraceClient client =
            connect(Duration.ofSeconds(40), names("127.0.0.9", "127.0.0.8", "127.0.0.1"))) {
      assertWorks(client);
      assertThat(broker.sessions()).hasSize(1);
      silent.accept().close();
      alsoSilent.accept().close();
    }
  }

  @Test
  void failureNamesEveryAddressAndItsReason() throws Exception {
    broker.stop();
    try (ServerSocket silent = listen("127.0.0.9", 5)) {
      assertThat(silent.isBound()).isTrue();
      MillraceException failure =
          EnoughTime.failure(
              Duration.ofMillis(500),
              timeout -> failure(() -> connect(timeout, names("127.0.0.9", "127.0.0.1"))),
              after ->
                  after.getMessage().contains("127.0.0.1: Connection refused")
                      && after.getMessage().contains("127.0.0.9: the port"));
      assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
      assertThat(failure)
          .hasMessageStartingWith("no connection to the broker at " + server + ": ")
          .hasMessageContaining("127.0.0.1: Connection refused")
          .hasMessageContaining("127.0.0.9: the port did not answer Hello within ")
          .hasMessageContaining("check that the broker runs");
    }
  }

  @Test
  void refusalOfABrokerIsTheFailureOfAllAddresses() {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof HelloRequest) {
            exchange.refuse(ErrorCode.TOO_MANY_CONNECTIONS);
          }
        });
    MillraceException failure = failure(() -> connect(LONG, names("127.0.0.1", "127.0.0.9")));
    assertThat(failure.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
    assertThat(failure)
        .hasMessageContaining("127.0.0.1: scripted TOO_MANY_CONNECTIONS")
        .hasMessageContaining("127.0.0.9: Connection refused");
  }

  @Test
  void unknownHostIsNamed() {
    MillraceException failure =
        failure(
            () ->
                connect(
                    LONG,
                    host -> {
                      throw new UnknownHostException(host);
                    }));
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(failure)
        .hasMessageContaining("the name service does not know the host " + server.host());
  }

  @Test
  void hostIsLookedUpAgainAtEachReconnect() {
    NameService changing =
        host -> {
          if (lookups.get() % 3 == 1) {
            lookups.incrementAndGet();
            throw new UnknownHostException(host);
          }
          return names(lookups.get() == 0 ? "127.0.0.1" : "127.0.0.9", "127.0.0.1").find(host);
        };
    try (MillraceClient client = connect(LONG, changing)) {
      for (int i = 0; i < 3; i++) {
        broker.sessions().forEach(FakeSession::cut);
        assertWorks(client);
      }
      assertThat(lookups).hasValueGreaterThan(4);
    }
  }

  @Test
  void closedClientLeavesNoConnectionOfAnAttempt() throws Exception {
    MillraceClient client = connect(LONG, names("127.0.0.1", "127.0.0.9"));
    broker.stop();
    try (ServerSocket silent = listen("127.0.0.9", 5);
        Socket attempt = silent.accept()) {
      client.close();
      attempt.setSoTimeout((int) LONG.toMillis());
      attempt.getInputStream().readAllBytes();
    }
  }
}
