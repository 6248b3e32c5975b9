package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ApiVersions;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.FrameKind;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.security.Authorizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients and brokers of different versions. The old ones support version 1 of every api, the new
 * ones versions 1 and 2. Where this build has no version 2, it has the layout of version 1.
 */
class ConnectionVersionsTest {

  static final SupportedVersions OLD = upTo(1);
  static final SupportedVersions NEW = upTo(2);

  private static SupportedVersions upTo(int max) {
    return SupportedVersions.of(
        SupportedVersions.ofThisBuild().toList().stream()
            .map(range -> new ApiVersions(range.api(), 1, max))
            .toList());
  }

  private static final HelloRequest HELLO = new HelloRequest("test", "");

  private record Received(FrameHeader header, Object message) {}

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private NativeConnection connection;

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void newBrokerAnswersAnOldClientInItsVersion() {
    open(NEW);

    Received hello = ask(1, HELLO);
    Received pong = ask(1, new PingRequest());
    Received goAway = goAway();

    assertThat(((HelloResponse) hello.message()).broker().orElseThrow().apis())
        .isEqualTo(NEW.toList());
    assertThat(pong.message()).isEqualTo(new EmptyResponse());
    assertThat(versions(hello, pong, goAway)).containsExactly(1, 1, 1);
  }

  @Test
  void newBrokerAnswersANewClientInItsVersion() {
    open(NEW);

    Received hello = ask(2, HELLO);
    Received pong = ask(2, new PingRequest());
    Received goAway = goAway();

    assertThat(pong.message()).isEqualTo(new EmptyResponse());
    assertThat(versions(hello, pong, goAway)).containsExactly(2, 2, 2);
  }

  @Test
  void goAwayHasTheVersionOfHelloWhateverTheOtherRequestsHave() {
    open(NEW);

    assertThat(versions(ask(1, HELLO), ask(2, new PingRequest()), goAway()))
        .containsExactly(1, 2, 1);
  }

  @Test
  void goAwayBeforeHelloHasTheFirstVersion() {
    open(NEW);

    assertThat(versions(goAway())).containsExactly(1);
  }

  @Test
  void oldBrokerTakesASecondHelloAfterOneOfANewerVersion() {
    open(OLD);

    Received refusal = ask(2, HELLO);
    Received hello = ask(1, HELLO);

    assertThat(refusal.message())
        .isEqualTo(
            new ErrorResponse(
                ErrorCode.UNSUPPORTED_VERSION,
                "HELLO version 2 is not supported; supported are 1 to 1; use a version that the response"
                    + " to HELLO lists"));
    assertThat(((HelloResponse) hello.message()).broker().orElseThrow().apis())
        .isEqualTo(OLD.toList());
    assertThat(ask(1, new PingRequest()).message()).isEqualTo(new EmptyResponse());
  }

  @Test
  void oldBrokerClosesAfterAnotherRequestOfANewerVersion() {
    open(OLD);
    ask(1, HELLO);

    Received refusal = ask(2, new PingRequest());
    Received goAway = receive();

    String message =
        "PING version 2 is not supported; supported are 1 to 1; use a version that the response to HELLO"
            + " lists";
    assertThat(refusal.message())
        .isEqualTo(new ErrorResponse(ErrorCode.UNSUPPORTED_VERSION, message));
    assertThat(goAway.message()).isEqualTo(new GoAwayPush(ErrorCode.UNSUPPORTED_VERSION, message));
    assertThat(goAway.header().version()).isEqualTo(1);
  }

  private void open(SupportedVersions versions) {
    EndedRequests ended = new EndedRequests();
    Routes routes =
        new Routes(Authorizer.allowAll())
            .add(
                Api.PING,
                PingRequest.class,
                Access.forAll(),
                (ping, pending) -> pending.answer(new EmptyResponse()));
    BrokerInfo greeting =
        new BrokerInfo(new UUID(1, 2), "", 1 << 20, 1 << 20, 1 << 20, 60_000, versions.toList());
    connection =
        new NativeConnection(
            channel,
            AddressBlock.of(InetAddress.getLoopbackAddress()),
            new ConnectionContext(
                ServerConfig.defaults().clientSettings(),
                routes,
                new Greeting(versions, greeting, ""),
                ended,
                RequestTimers.of(ended),
                new FrameMemory(1 << 24, System::nanoTime),
                ConnectionMemory.of(new MemoryBudget(1 << 30, 1 << 30)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    connection.open();
  }

  private Received ask(int version, Request request) {
    channel.writeInbound(
        Frames.encodeRequest(UnpooledByteBufAllocator.DEFAULT, version, 1, request));
    return receive();
  }

  private Received goAway() {
    connection.goAway(ErrorCode.IDLE_TIMEOUT, "test", Duration.ofSeconds(1));
    channel.runPendingTasks();
    return receive();
  }

  /** Reads a frame as a client does that supports everything. */
  private Received receive() {
    ByteBuf frame = channel.readOutbound();
    assertThat(frame).as("a frame").isNotNull();
    try {
      FrameHeader header = FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_BYTES));
      return new Received(
          header,
          header.kind() == FrameKind.PUSH
              ? Frames.decodePush(NEW, header, frame)
              : Frames.decodeResponse(NEW, header, frame));
    } finally {
      frame.release();
    }
  }

  private static List<Integer> versions(Received... frames) {
    return List.of(frames).stream().map(frame -> frame.header().version()).toList();
  }
}
