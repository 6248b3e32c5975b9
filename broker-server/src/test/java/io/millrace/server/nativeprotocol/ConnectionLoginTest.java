package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.authentication.BearerLogin;
import io.millrace.server.authentication.BearerLogin.Verified;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Authorizer;
import io.millrace.storage.memory.MemoryStorage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mechanism that checks a credential on a thread of its own. */
class ConnectionLoginTest {

  private static final SupportedVersions VERSIONS = SupportedVersions.ofThisBuild();

  private final CompletableFuture<Verified> verified = new CompletableFuture<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void open() {
    EndedRequests ended = new EndedRequests();
    Routes routes =
        new Routes(Authorizer.allowAll(), (hidden, pending) -> pending.refuse(hidden))
            .add(
                Api.PING,
                PingRequest.class,
                Access.forAll(),
                (ping, pending) -> pending.answer(new EmptyResponse()));
    AccessStore access = AccessStore.open(new MemoryStorage(1 << 20).states());
    Authentication authentication =
        new Authentication(
            access, true, () -> 0, List.of(new BearerLogin(access, token -> verified)), List.of());
    new NativeConnection(
            channel,
            AddressBlock.of(InetAddress.getLoopbackAddress()),
            new ConnectionContext(
                ServerConfig.defaults().clientSettings(),
                routes,
                new Greeting(
                    VERSIONS,
                    new BrokerInfo(new UUID(1, 2), "", 1, 1, 1, 60_000, VERSIONS.toList()),
                    ""),
                ended,
                RequestTimers.of(ended),
                new FrameMemory(1 << 24, System::nanoTime),
                ConnectionMemory.of(new MemoryBudget(1 << 30, 1 << 30)),
                Optional.empty(),
                Optional.of(authentication),
                Optional.empty()))
        .open();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void requestsAreServedAfterACheckThatTookLong() {
    send(2, new HelloRequest("test", "", List.of(BearerLogin.NAME)));
    assertThat(receive()).isInstanceOf(HelloResponse.class);
    send(
        1,
        new AuthenticateRequest(
            BearerLogin.NAME, Unpooled.wrappedBuffer(BearerLogin.message("a.b.c"))));
    send(1, new PingRequest());
    assertThat(receive()).as("an answer before the check").isNull();

    verified.complete(new Verified("alice", Set.of(), 0));
    channel.runPendingTasks();

    assertThat(receive())
        .isInstanceOfSatisfying(
            AuthenticateResponse.class,
            done -> assertThat(done.login().orElseThrow().principal()).isEqualTo("alice"));
    assertThat(receive()).isEqualTo(new EmptyResponse());
  }

  private void send(int version, Request request) {
    channel.writeInbound(
        Frames.encodeRequest(UnpooledByteBufAllocator.DEFAULT, version, 1, request));
  }

  private Response receive() {
    ByteBuf written = channel.readOutbound();
    if (written == null) {
      return null;
    }
    ByteBuf frame = Unpooled.copiedBuffer(written); // the answer may be a slice of it
    written.release();
    FrameHeader header = FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_BYTES));
    return Frames.decodeResponse(VERSIONS, header, frame);
  }
}
