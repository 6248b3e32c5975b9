package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Credentials;
import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.client.internal.security.SecurityThread;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.FrameKind;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.ThrottledPush;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens on connections without TLS, to the same machine and to others. */
class PlaintextTokenTest {

  private static final Duration LONG = Duration.ofSeconds(120);
  private static final int HELLO_VERSION = SupportedVersions.ofThisBuild().max(Api.HELLO);

  private final List<MillraceException> ends = new ArrayList<>();

  /** The last api that a client has asked for, of a broker at an address that needs a token. */
  private int lastRequest(String address, Credentials credentials, boolean plaintextCredentials)
      throws InterruptedException {
    ClientSecurity security =
        new ClientSecurity(Optional.empty(), Optional.of(credentials), plaintextCredentials);
    ClientSettings settings =
        new ClientSettings(
            new BrokerAddress("broker", 9710),
            "test",
            LONG,
            LONG,
            new BackoffRange(LONG, LONG),
            SupportedVersions.ofThisBuild(),
            security);
    EmbeddedChannel channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(address, 9710);
          }
        };
    channel
        .pipeline()
        .addLast(
            new ClientConnection(
                settings,
                new ClientSecurityContext(
                    security, Optional.empty(), new SecurityThread(), channel.eventLoop()),
                new Owner(),
                System.nanoTime() + LONG.toNanos()));
    channel.pipeline().fireChannelActive();
    channel.runPendingTasks();
    FrameHeader hello = header(channel.readOutbound());
    ByteBuf frame =
        Frames.encodeResponse(
            channel.alloc(),
            new FrameHeader(
                FrameKind.REQUEST, HELLO_VERSION, Api.HELLO.number(), hello.correlationId()),
            new HelloResponse(List.of("SCRAM-SHA-256", "TOKEN"), "", Optional.empty()));
    channel.writeInbound(frame.skipBytes(FrameHeader.LENGTH_BYTES));
    ByteBuf next = null;
    long deadline = System.nanoTime() + LONG.toNanos();
    while (next == null && ends.isEmpty() && System.nanoTime() < deadline) {
      channel.runPendingTasks();
      next = channel.readOutbound();
      Thread.onSpinWait();
    }
    int api = next == null ? hello.api() : header(next).api();
    channel.finishAndReleaseAll();
    return api;
  }

  private static FrameHeader header(ByteBuf frame) {
    try {
      return FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_BYTES));
    } finally {
      frame.release();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "192.168.1.1", "2001:db8::1", "0.0.0.0"})
  void isNotSentToAnotherMachine(String address) throws Exception {
    assertThat(lastRequest(address, Credentials.token("mrt_1_abc"), false))
        .isEqualTo(Api.HELLO.number());
    assertThat(ends.get(0).code()).isEqualTo(ErrorCode.TLS_REQUIRED);
    assertThat(ends.get(0))
        .hasMessageContaining("the client does not send its credentials (token) to broker:9710")
        .hasMessageContaining("connect with TLS")
        .hasMessageNotContaining("mrt_1");
  }

  @Test
  void jwtIsNotSentToAnotherMachine() throws Exception {
    Credentials jwt =
        Credentials.jwt(
            () -> {
              throw new AssertionError("not asked");
            });
    assertThat(lastRequest("10.0.0.7", jwt, false)).isEqualTo(Api.HELLO.number());
    assertThat(ends.get(0).code()).isEqualTo(ErrorCode.TLS_REQUIRED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1"})
  void isSentToTheSameMachine(String address) throws Exception {
    assertThat(lastRequest(address, Credentials.token("mrt_1_abc"), false))
        .isEqualTo(Api.AUTHENTICATE.number());
  }

  @Test
  void isSentIfTheProgramAllowsIt() throws Exception {
    assertThat(lastRequest("10.0.0.7", Credentials.token("mrt_1_abc"), true))
        .isEqualTo(Api.AUTHENTICATE.number());
  }

  @Test
  void passwordIsProvedWithoutTls() throws Exception {
    assertThat(lastRequest("10.0.0.7", Credentials.password("a", new char[] {'b'}), false))
        .isEqualTo(Api.AUTHENTICATE.number());
  }

  /** Records the end of the connection. */
  private final class Owner implements ConnectionOwner {

    @Override
    public void ready(ClientConnection connection) {}

    @Override
    public void goingAway(ClientConnection connection) {}

    @Override
    public void writable(ClientConnection connection) {}

    @Override
    public void throttled(ClientConnection connection, ThrottledPush push) {}

    @Override
    public void closed(ClientConnection connection, MillraceException cause) {
      ends.add(cause);
    }
  }
}
