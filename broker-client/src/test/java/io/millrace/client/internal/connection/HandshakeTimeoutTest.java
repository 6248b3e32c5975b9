package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.client.internal.security.SecurityThread;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.ThrottledPush;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A port that does not answer Hello, as an HTTP port does not. The test moves the clock. */
class HandshakeTimeoutTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final List<MillraceException> ends = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9710|a broker's own port is 9710 by default",
        "9711|9710 by default, and 9711 is that of health and metrics over HTTP"
      })
  void failureSaysWhichPortABrokerHas(int port, String hint) {
    ClientSettings settings =
        new ClientSettings(
            new BrokerAddress("broker", port),
            "test",
            TIMEOUT,
            TIMEOUT,
            new BackoffRange(Duration.ofMillis(50), Duration.ofSeconds(2)),
            SupportedVersions.ofThisBuild(),
            ClientSecurity.NONE);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new ClientFrameDecoder(),
            new ClientConnection(
                settings,
                new ClientSecurityContext(
                    ClientSecurity.NONE,
                    Optional.empty(),
                    new SecurityThread(),
                    channel.eventLoop()),
                new Owner(),
                System.nanoTime() + TIMEOUT.toNanos()));
    channel.pipeline().fireChannelActive();
    channel.advanceTimeBy(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
    channel.finishAndReleaseAll();

    assertThat(ends).hasSize(1);
    assertThat(ends.get(0).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(ends.get(0))
        .hasMessageStartingWith("the port did not answer Hello within 5s; ")
        .hasMessageEndingWith(hint);
  }

  /** Records the end of the connection. */
  private final class Owner implements ConnectionOwner {

    @Override
    public void ready(ClientConnection connection) {
      throw new AssertionError("the port does not answer");
    }

    @Override
    public void goingAway(ClientConnection connection) {
      throw new AssertionError("the port does not answer");
    }

    @Override
    public void throttled(ClientConnection connection, ThrottledPush push) {}

    @Override
    public void writable(ClientConnection connection) {
      throw new AssertionError("the socket is never full");
    }

    @Override
    public void closed(ClientConnection connection, MillraceException cause) {
      ends.add(cause);
    }
  }
}
