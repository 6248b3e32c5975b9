package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.listener.CommonClientSettings;
import io.millrace.server.security.Authorizer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections of one address, of which one may be open. */
class OpenConnectionsTest {

  private static final AddressBlock ADDRESS = AddressBlock.of(InetAddress.getLoopbackAddress());

  private static final CommonClientSettings SETTINGS =
      ConfigLoader.load(Optional.empty(), Map.of(), Map.of("limits.maxConnections", "1"))
          .clientSettings();

  private final EndedRequests ended = new EndedRequests();
  private final OpenConnections connections = new OpenConnections(SETTINGS.limits(), false);
  private final EmbeddedChannel first = new EmbeddedChannel(new Deaf());
  private final EmbeddedChannel second = new EmbeddedChannel();

  /** The client takes no bytes, so that a GO_AWAY does not end its connection at once. */
  private static final class Deaf extends ChannelOutboundHandlerAdapter {

    @Override
    public void flush(ChannelHandlerContext ctx) {}
  }

  @AfterEach
  void close() {
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  private void open(EmbeddedChannel channel) {
    SupportedVersions versions = SupportedVersions.ofThisBuild();
    BrokerInfo hello =
        new BrokerInfo(new UUID(1, 2), "", 1 << 20, 1 << 20, 1 << 20, 60_000, versions.toList());
    connections.open(
        new NativeConnection(
            channel,
            ADDRESS,
            new ConnectionContext(
                SETTINGS,
                new Routes(Authorizer.allowAll()),
                new Greeting(versions, hello, ""),
                ended,
                RequestTimers.of(ended),
                new FrameMemory(1 << 24, System::nanoTime),
                ConnectionMemory.of(new MemoryBudget(1 << 20, 1 << 20)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())),
        ADDRESS);
  }

  /** It may have said HELLO before it could be sent away. */
  @Test
  void aDrainWaitsForAConnectionThatHasLostItsPlace() {
    open(first);
    open(second);
    assertThat(connections.withPlace()).isEqualTo(1);
    assertThat(ended.reasons()).containsExactly(ErrorCode.TOO_MANY_CONNECTIONS);

    CompletableFuture<Void> drained = connections.sendAway(Duration.ofMinutes(1));
    second.close();
    assertThat(drained).isNotDone();
    first.close();
    assertThat(drained).isDone();
  }

  @Test
  void aCloseClosesConnectionsWithAndWithoutAPlace() {
    open(first);
    open(second);
    connections.close();

    assertThat(List.of(first, second)).noneMatch(EmbeddedChannel::isOpen);
    assertThat(connections.size()).isZero();
    assertThat(connections.withPlace()).isZero();
  }
}
