package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.AppendCallback;
import io.millrace.core.Broker;
import io.millrace.core.BrokerClock;
import io.millrace.core.BrokerException;
import io.millrace.core.BrokerObserver;
import io.millrace.core.BrokerSettings;
import io.millrace.core.Partition;
import io.millrace.core.PartitionOwner;
import io.millrace.core.Topic;
import io.millrace.core.TopicSettings;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.FrameKind;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.security.Authorizer;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.memory.MemoryStorage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscriptions to a partition; the test runs the tasks of its owner one by one. */
@Timeout(300)
class SubscriptionHandlerTest {

  private static final long BATCHES = 10;
  private static final int BATCH_BYTES = 20_000;
  private static final int SEGMENT_BYTES = 64 * 1024;
  private static final SupportedVersions VERSIONS = ConnectionVersionsTest.NEW;

  private final QueueingOwner owner = new QueueingOwner();
  private final Broker broker =
      Broker.open(
          settings(),
          new MemoryStorage(1 << 24),
          id -> owner,
          BrokerClock.system(),
          (opened, total) -> {},
          BrokerObserver.none());
  private final Topic topic = broker.createTopic("t", 1, Map.of()).join();
  private final Partition partition = topic.partitions().get(0);
  private final EndedRequests ended = new EndedRequests();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  private static BrokerSettings settings() {
    return new BrokerSettings(
        new BatchLimits(1 << 20, 2 << 20, 4 << 20),
        1,
        1,
        1,
        100,
        Duration.ofDays(1),
        100,
        100,
        Duration.ofMillis(1),
        1,
        1,
        1,
        Duration.ofMillis(1),
        1 << 20,
        1 << 30,
        1 << 30,
        new TopicSettings(Duration.ZERO, 0, new SegmentSizes(SEGMENT_BYTES).toSettings()));
  }

  private static final class QueueingOwner implements PartitionOwner {

    private final Thread thread = Thread.currentThread();
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();

    private record Task(Runnable work, Thread submitter) {}

    @Override
    public boolean isOwnerThread() {
      return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(new Task(task, Thread.currentThread()));
    }

    /**
     * Runs the tasks before the next one that follows a read. The reader submits it, or this thread
     * if the read ends before this thread says what follows it.
     */
    Runnable nextAfterRead() {
      Task task = next();
      while (!followsRead(task)) {
        task.work().run();
        task = next();
      }
      return task.work();
    }

    private boolean followsRead(Task task) {
      return task.submitter() == thread || task.submitter().getName().startsWith("millrace-reader");
    }

    private Task next() {
      try {
        Task task = tasks.poll(120, TimeUnit.SECONDS);
        assertThat(task).as("a task for the owner").isNotNull();
        return task;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void runUntil(BooleanSupplier condition) {
      while (!condition.getAsBoolean()) {
        next().work().run();
      }
    }
  }

  @BeforeEach
  void fillAndConnect() {
    for (int i = 0; i < BATCHES; i++) {
      append(i);
    }
    Routes routes =
        ApiTable.routes(
            broker, 1, Authorizer.allowAll(), new SummaryHandler(broker, "", () -> null));
    BrokerInfo greeting =
        new BrokerInfo(new UUID(1, 2), "", 1 << 20, 1 << 20, 1 << 20, 60_000, VERSIONS.toList());
    new NativeConnection(
            channel,
            AddressBlock.of(InetAddress.getLoopbackAddress()),
            new ConnectionContext(
                ServerConfig.defaults().clientSettings(),
                routes,
                new Greeting(VERSIONS, greeting, ""),
                ended,
                RequestTimers.of(ended),
                new FrameMemory(1 << 24, System::nanoTime),
                ConnectionMemory.of(broker.memory()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()))
        .open();
    send(new HelloRequest("test", ""));
    channel.releaseOutbound();
  }

  @AfterEach
  void close() {
    CompletableFuture<Void> closed = CompletableFuture.runAsync(broker::close);
    closed.whenComplete((done, failure) -> owner.execute(() -> {}));
    owner.runUntil(closed::isDone);
    closed.join();
    channel.finishAndReleaseAll();
  }

  @Test
  void aTimeIsLookedUpAgainWhenRetentionHasPassedThePlaceThatWasFound() {
    send(subscribeAtFirstTime());
    Runnable beginAtFirstEvent = owner.nextAfterRead();
    broker.alterTopic("t", Map.of("retentionBytes", "1")).join();
    owner.runUntil(() -> partition.offsets().start() > 0);

    beginAtFirstEvent.run();
    owner.runUntil(this::somethingCame);

    SubscribeResponse answer = (SubscribeResponse) receive(Frames::decodeResponse);
    assertThat(answer.startOffset()).isBetween(1L, BATCHES);
  }

  @Test
  void creditThatComesWhileATimeIsLookedUpCounts() {
    send(subscribeAtFirstTime(), new CreditRequest(1, BATCHES * BATCH_BYTES));

    owner.runUntil(this::somethingCame);
    receive(Frames::decodeResponse);
    long next = 0;
    while (next < BATCHES) {
      owner.runUntil(this::somethingCame);
      DeliverPush delivery = (DeliverPush) receive(Frames::decodePush);
      next = delivery.nextOffset();
    }
    assertThat(next).isEqualTo(BATCHES);
  }

  @Test
  void aClientThatCannotBeToldOfTheEndForWantOfMemoryLosesItsConnection() {
    send(subscribeAtFirstTime());
    owner.runUntil(this::somethingCame);
    receive(Frames::decodeResponse);
    channel.config().setAllocator(new ExhaustedAllocator());
    owner.runUntil(() -> !isOpen());
    assertThat(channel.outboundMessages()).isEmpty();
  }

  @Test
  void pushesHaveTheVersionOfTheirSubscribeRequest() {
    for (int version = 1; version <= 2; version++) {
      send(version, subscribeAtFirstTime(version));
      assertThat(nextFrame()).isEqualTo(header(FrameKind.RESPONSE, version, Api.SUBSCRIBE, 1));
      assertThat(nextFrame()).isEqualTo(header(FrameKind.PUSH, version, Api.DELIVER, 0));
    }

    CompletableFuture<?> deleted = broker.deleteTopic("t");
    deleted.whenComplete((done, failure) -> owner.execute(() -> {}));
    owner.runUntil(deleted::isDone);

    assertThat(List.of(nextFrame(), nextFrame()))
        .containsExactlyInAnyOrder(
            header(FrameKind.PUSH, 1, Api.SUBSCRIPTION_ENDED, 0),
            header(FrameKind.PUSH, 2, Api.SUBSCRIPTION_ENDED, 0));
  }

  private FrameHeader nextFrame() {
    owner.runUntil(this::somethingCame);
    return receive((versions, header, frame) -> header);
  }

  private static FrameHeader header(FrameKind kind, int version, Api api, int correlationId) {
    return new FrameHeader(kind, version, api.number(), correlationId);
  }

  private boolean isOpen() {
    channel.runPendingTasks();
    return channel.isOpen();
  }

  private SubscribeRequest subscribeAtFirstTime() {
    return subscribeAtFirstTime(1);
  }

  private SubscribeRequest subscribeAtFirstTime(int subscriptionId) {
    return new SubscribeRequest(
        subscriptionId,
        topic.id(),
        0,
        StartKind.EVENT_TIME,
        0,
        IsolationLevel.DURABLE,
        1,
        List.of());
  }

  private void append(long eventTimeMicros) {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    builder.add(
        "s".getBytes(StandardCharsets.UTF_8),
        eventTimeMicros,
        null,
        new byte[BATCH_BYTES],
        List.of());
    ByteBuffer batch = builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
    CompletableFuture<Long> offset = new CompletableFuture<>();
    partition.append(
        batch,
        ProducerSecret.NONE,
        AckLevel.SYNCED,
        new AppendCallback() {
          @Override
          public void appended(long baseOffset, long appendTimeMicros) {
            offset.complete(baseOffset);
          }

          @Override
          public void refused(BrokerException cause) {
            offset.completeExceptionally(cause);
          }
        });
    owner.runUntil(offset::isDone);
    offset.join();
  }

  /** Sends requests in one buffer, so that one read gets them all. */
  private void send(Request... requests) {
    send(1, requests);
  }

  private void send(int version, Request... requests) {
    ByteBuf bytes = Unpooled.buffer();
    for (Request request : requests) {
      ByteBuf frame = Frames.encodeRequest(UnpooledByteBufAllocator.DEFAULT, version, 1, request);
      bytes.writeBytes(frame);
      frame.release();
    }
    channel.writeInbound(bytes);
  }

  private boolean somethingCame() {
    channel.runPendingTasks();
    return !channel.outboundMessages().isEmpty();
  }

  private interface Decoder<T> {
    T apply(SupportedVersions supported, FrameHeader header, ByteBuf frame);
  }

  private <T> T receive(Decoder<T> decode) {
    ByteBuf frame = channel.readOutbound();
    try {
      frame.skipBytes(FrameHeader.LENGTH_BYTES);
      return decode.apply(VERSIONS, FrameHeader.read(frame), frame);
    } finally {
      frame.release();
    }
  }
}
