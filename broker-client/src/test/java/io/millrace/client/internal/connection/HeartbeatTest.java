package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.client.internal.security.SecurityThread;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.FrameKind;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.ThrottledPush;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection with an idle timeout of 30 s. The test moves the clock. */
class HeartbeatTest {

  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
  private static final ClientSettings SETTINGS =
      new ClientSettings(
          new BrokerAddress("broker", 9710),
          "test",
          Duration.ofSeconds(5),
          REQUEST_TIMEOUT,
          new BackoffRange(Duration.ofMillis(50), Duration.ofSeconds(2)),
          SupportedVersions.ofThisBuild(),
          ClientSecurity.NONE);

  private final List<MillraceException> ends = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private int requests;

  @BeforeEach
  void connect() {
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new ClientFrameDecoder(),
            new ClientConnection(
                SETTINGS,
                new ClientSecurityContext(
                    ClientSecurity.NONE,
                    Optional.empty(),
                    new SecurityThread(),
                    channel.eventLoop()),
                new Owner(),
                System.nanoTime() + SETTINGS.connectTimeout().toNanos()));
    channel.pipeline().fireChannelActive();
    HelloResponse hello =
        HelloResponse.of(
            new BrokerInfo(
                new UUID(1, 2),
                "1",
                1 << 20,
                1 << 20,
                1 << 20,
                30_000,
                SupportedVersions.ofThisBuild().toList()));
    assertThat(sentApi()).isEqualTo(Api.HELLO.number());
    answer(Api.HELLO, hello);
  }

  @AfterEach
  void releaseWhatIsLeft() {
    channel.finishAndReleaseAll();
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
  }

  /** The api of the next request sent. */
  private int sentApi() {
    channel.runPendingTasks();
    ByteBuf frame = channel.readOutbound();
    assertThat(frame).as("a request").isNotNull();
    try {
      requests++;
      return FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_BYTES)).api();
    } finally {
      frame.release();
    }
  }

  private void answer(Api api, Response response) {
    FrameHeader request = new FrameHeader(FrameKind.REQUEST, 1, api.number(), requests);
    channel.writeInbound(
        Frames.encodeResponse(UnpooledByteBufAllocator.DEFAULT, request, response));
  }

  @Test
  void pingsContinueWhileTheyAreAnswered() {
    for (int i = 0; i < 10; i++) {
      pass(PING);
      assertThat(sentApi()).isEqualTo(Api.PING.number());
      answer(Api.PING, new EmptyResponse());
    }
    assertThat(ends).isEmpty();
  }

  @Test
  void silentBrokerIsDisconnected() {
    pass(PING);
    pass(REQUEST_TIMEOUT);
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0).code()).isEqualTo(ErrorCode.REQUEST_TIMEOUT);
  }

  @Test
  void latePingDoesNotCloseAConnectionWithOtherTraffic() {
    pass(PING);
    assertThat(sentApi()).isEqualTo(Api.PING.number());
    channel.writeInbound(Unpooled.copyInt(Integer.reverseBytes(1 << 20)));
    for (int pieces = 0; pieces < 10; pieces++) {
      pass(REQUEST_TIMEOUT);
      assertThat(ends).isEmpty();
      channel.writeInbound(Unpooled.buffer().writeZero(1024));
    }
    pass(REQUEST_TIMEOUT);
    pass(REQUEST_TIMEOUT);
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0)).hasMessageContaining("and sent no other bytes, within 20s");
  }

  /** Records the end of the connection. */
  private final class Owner implements ConnectionOwner {

    @Override
    public void ready(ClientConnection connection) {
      assertThat(connection.broker().idleTimeoutMs()).isEqualTo(30_000);
    }

    @Override
    public void goingAway(ClientConnection connection) {
      throw new AssertionError("the broker sends no GoAway");
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
