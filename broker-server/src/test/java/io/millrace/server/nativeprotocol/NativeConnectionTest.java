package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.core.MemoryBudget;
import io.millrace.core.MemoryBudget.Use;
import io.millrace.core.MemoryShare;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.security.Authorizer;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A connection whose requests the test answers. */
class NativeConnectionTest {

  private final MemoryBudget memory = new MemoryBudget(1 << 20, 1 << 20);
  private final ConnectionMemory connectionMemory = ConnectionMemory.of(memory);
  private final Queue<PendingRequest> requests = new ArrayDeque<>();
  private final EndedRequests ended = new EndedRequests();
  private final Line line = new Line();
  private final EmbeddedChannel channel = new EmbeddedChannel(line);

  @BeforeEach
  void open() {
    Routes routes =
        new Routes(Authorizer.allowAll())
            .add(
                Api.PING,
                PingRequest.class,
                Access.forAll(),
                (ping, pending) -> requests.add(pending))
            .add(
                Api.LIST_TOPICS,
                ListTopicsRequest.class,
                Access.forAll(),
                (list, pending) -> requests.add(pending));
    BrokerInfo greeting =
        new BrokerInfo(
            new UUID(1, 2),
            "",
            1 << 20,
            1 << 20,
            1 << 20,
            60_000,
            SupportedVersions.ofThisBuild().toList());
    new NativeConnection(
            channel,
            AddressBlock.of(InetAddress.getLoopbackAddress()),
            new ConnectionContext(
                ServerConfig.defaults().clientSettings(),
                routes,
                new Greeting(SupportedVersions.ofThisBuild(), greeting, ""),
                ended,
                RequestTimers.of(ended),
                new FrameMemory(1 << 24, System::nanoTime),
                connectionMemory,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()))
        .open();
    send(new HelloRequest("test", ""));
    channel.releaseOutbound();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void aCallEndsAndItsConnectionWithItWhenThereIsNoMemoryForTheAnswer() {
    send(new PingRequest());
    channel.config().setAllocator(new ExhaustedAllocator());

    requests.remove().answer(new EmptyResponse());
    channel.runPendingTasks();

    assertThat(ended.apis()).containsExactly(Api.HELLO, Api.PING);
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void aConnectionWithoutMemoryForItsInputIsClosedAndCounted() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    lines.start();
    root.addAppender(lines);
    channel.pipeline().fireExceptionCaught(new OutOfMemoryError("says the test"));
    root.detachAppender(lines);

    assertThat(ended.reasons()).containsExactly(ErrorCode.RESOURCES_EXHAUSTED);
    assertThat(lines.list)
        .as("one line, without a stack trace")
        .singleElement()
        .satisfies(line -> assertThat(line.getFormattedMessage()).contains("times=1"))
        .matches(line -> line.getThrowableProxy() == null);
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void listsWeighUntilTheyAreSentAndTheNextRequestWaitsForThat() {
    line.hold();
    for (int i = 0; i < 4; i++) {
      send(new ListTopicsRequest());
    }
    send(new PingRequest());

    while (!requests.isEmpty()) {
      PendingRequest pending = requests.remove();
      assertThat(pending.api()).isEqualTo(Api.LIST_TOPICS);
      pending.answer(new ListTopicsResponse(List.of()));
      channel.runPendingTasks();
    }

    line.letGo();
    channel.runPendingTasks();
    assertThat(requests).extracting(PendingRequest::api).containsExactly(Api.PING);
  }

  @Test
  void whenTheRequestsOfAllConnectionsFillTheMemoryTheNextOneWaits() {
    MemoryShare all = memory.share(Use.REQUESTS);
    long others = all.limit() - all.used();
    BrokerInFlight elsewhere = connectionMemory.requests();
    elsewhere.add(others);
    send(new PingRequest());
    assertThat(requests).as("read before the connection looked").hasSize(1);
    send(new PingRequest());
    assertThat(requests).hasSize(1);

    elsewhere.remove(others);
    channel.runPendingTasks();
    assertThat(requests).hasSize(2);
    requests.forEach(each -> each.answer(new EmptyResponse()));
    assertThat(all.used()).isZero();
  }

  @Test
  void aRequestOfAClosedConnectionIsCountedUntilItIsAnswered() {
    send(new PingRequest());
    channel.close();
    assertThat(memory.share(Use.REQUESTS).used()).isPositive();
    requests.remove().answer(new EmptyResponse());
    assertThat(memory.share(Use.REQUESTS).used()).isZero();
  }

  @Test
  void aLongAnswerIsRefusedWhileOthersThatAreNotTakenFillTheMemory() {
    ListTopicsResponse large = new ListTopicsResponse(List.of(topic("x".repeat(10_000))));
    MemoryShare answers = memory.share(Use.ANSWERS);
    line.hold();
    send(new ListTopicsRequest());
    requests.remove().answer(large);
    assertThat(answers.used()).isGreaterThan(10_000);

    answers.reserve(answers.limit() - answers.used());
    send(new ListTopicsRequest());
    requests.remove().answer(large);
    assertThat(ended.refusals()).contains(ErrorCode.TOO_MANY_IN_FLIGHT);
    answers.release(answers.limit() - 20_000);
    line.letGo();
    channel.runPendingTasks();
    assertThat(answers.used()).isLessThan(20_000);
  }

  private static TopicInfo topic(String name) {
    return new TopicInfo(new UUID(1, 1), name, 0, Map.of(), List.of());
  }

  /** The outbound side of the channel, which the test can stop. */
  private static final class Line extends ChannelOutboundHandlerAdapter {

    private boolean held;
    private ChannelHandlerContext context;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      context = ctx;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (!held) {
        ctx.flush();
      }
    }

    void hold() {
      held = true;
    }

    void letGo() {
      held = false;
      context.flush();
    }
  }

  private void send(Request request) {
    channel.writeInbound(Frames.encodeRequest(UnpooledByteBufAllocator.DEFAULT, 1, 1, request));
  }
}
