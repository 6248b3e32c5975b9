package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.server.listener.AddressBlock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFrameDecoderTest {

  private static final int MAX_FRAME_BYTES = 100;

  private static final AddressBlock ADDRESS = new AddressBlock(false, 1);

  private static final int CAPACITY_BYTES =
      DirectMemory.capacityFor(MAX_FRAME_BYTES + FrameHeader.LENGTH_BYTES);

  private final FrameMemory memory = new FrameMemory(CAPACITY_BYTES, System::nanoTime);
  private final RequestFrameDecoder decoder =
      new RequestFrameDecoder(MAX_FRAME_BYTES, memory, ADDRESS);
  private final List<Object> events = new ArrayList<>();
  private int reads;
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
              reads++;
              ctx.read();
            }
          },
          decoder,
          new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
              events.add(event);
            }
          });

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 12, 24, 100})
  void cutsFramesWhereverTheStreamIsCut(int chunkBytes) {
    ByteBuf stream = Unpooled.buffer();
    writeFrame(stream, 8, 'a');
    writeFrame(stream, MAX_FRAME_BYTES, 'b');
    writeFrame(stream, 9, 'c');

    while (stream.isReadable()) {
      channel.writeInbound(stream.readBytes(Math.min(chunkBytes, stream.readableBytes())));
    }

    assertThat(nextFrame()).isEqualTo("a".repeat(8));
    assertThat(nextFrame()).isEqualTo("b".repeat(MAX_FRAME_BYTES));
    assertThat(nextFrame()).isEqualTo("c".repeat(9));
    assertThat(channel.<ByteBuf>readInbound()).isNull();
    assertThat(events).isEmpty();
    stream.release();
  }

  @Test
  void aFrameOverTheLimitIsAViolationBeforeItsBytesHaveCome() {
    channel.writeInbound(length(MAX_FRAME_BYTES + 1));

    assertThat(events).hasSize(1);
    ProtocolViolation violation = (ProtocolViolation) events.get(0);
    assertThat(violation.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    assertThat(violation.message()).contains("101 bytes", "the limit is 100");
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 0, -1, Integer.MIN_VALUE})
  void aLengthWithoutRoomForAHeaderIsAViolation(int length) {
    channel.writeInbound(length(length));

    assertThat(events).hasSize(1);
    ProtocolViolation violation = (ProtocolViolation) events.get(0);
    assertThat(violation.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(violation.message()).contains("a length of " + length, "expected 8 to 100");
  }

  @Test
  void whatComesAfterAViolationIsThrownAway() {
    channel.writeInbound(length(-1));
    ByteBuf frame = Unpooled.buffer();
    writeFrame(frame, 8, 'a');

    channel.writeInbound(frame);

    assertThat(channel.<ByteBuf>readInbound()).isNull();
    assertThat(events).hasSize(1);
  }

  @Test
  void whatWasReadBeforeItWasStoppedIsCutWhenItGoesOn() {
    decoder.read(channel, false);
    channel.writeInbound(twoFrames());
    assertThat(channel.<ByteBuf>readInbound()).isNull();

    decoder.read(channel, true);
    channel.runPendingTasks();

    assertThat(nextFrame()).isEqualTo("a".repeat(8));
    assertThat(nextFrame()).isEqualTo("b".repeat(8));
  }

  @Test
  void stoppedAgainBeforeItCouldGoOnItAsksTheSocketForNothing() {
    decoder.read(channel, false);
    decoder.read(channel, true);
    decoder.read(channel, false);
    reads = 0;

    channel.runPendingTasks();

    assertThat(reads).isZero();
  }

  @Test
  void stoppedBetweenTwoFramesItLeavesTheSecond() {
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object frame) {
                decoder.read(channel, false);
                ctx.fireChannelRead(frame);
              }
            });
    reads = 0;

    channel.writeInbound(twoFrames());

    assertThat(nextFrame()).isEqualTo("a".repeat(8));
    assertThat(channel.<ByteBuf>readInbound()).isNull();
    assertThat(reads).isZero();
  }

  @Test
  void aFrameThatFitsIntoItsBufferNeedsNoMemory() {
    channel.writeInbound(Unpooled.buffer(CAPACITY_BYTES).writeIntLE(MAX_FRAME_BYTES));

    assertThat(memory.usedBytes()).isZero();
    assertThat(decoder.isUnfinished()).isTrue();
  }

  @Test
  void aFrameThatWaitsForMemoryAsksTheSocketForNothing() {
    memory.claim(new OtherClaim());
    ByteBuf stream = Unpooled.buffer();
    writeFrame(stream, MAX_FRAME_BYTES, 'a');
    reads = 0;

    channel.writeInbound(stream.readBytes(8));
    channel.writeInbound(stream.readBytes(8));

    assertThat(decoder.isReading()).isFalse();
    assertThat(reads).isZero();
    channel.finishAndReleaseAll();
    stream.release();
  }

  @Test
  void aFrameWithoutMemoryWaitsAndIsCutWhenItHasMemory() {
    FrameMemory.Claim other = new OtherClaim();
    memory.claim(other);
    ByteBuf stream = Unpooled.buffer();
    writeFrame(stream, MAX_FRAME_BYTES, 'a');
    channel.writeInbound(stream.readBytes(10));
    assertThat(decoder.isReading()).isFalse();
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.writeInbound(stream.readBytes(stream.readableBytes()));
    assertThat(channel.<ByteBuf>readInbound()).isNull();

    memory.release(other);
    channel.runPendingTasks();

    assertThat(nextFrame()).isEqualTo("a".repeat(MAX_FRAME_BYTES));
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(memory.usedBytes()).isZero();
    stream.release();
  }

  @Test
  void aConnectionThatHasCompletedAFrameDoesNotWaitBehindThoseThatHaveNot() {
    FrameMemory four = new FrameMemory(4L * CAPACITY_BYTES, System::nanoTime);
    RequestFrameDecoder proven = new RequestFrameDecoder(MAX_FRAME_BYTES, four, ADDRESS);
    EmbeddedChannel itsChannel = new EmbeddedChannel(proven);
    ByteBuf stream = Unpooled.buffer();
    writeFrame(stream, MAX_FRAME_BYTES, 'a');
    itsChannel.writeInbound(stream.readBytes(10));
    itsChannel.writeInbound(stream.readBytes(stream.readableBytes()));
    for (int i = 0; i < 4; i++) {
      four.claim(new OtherClaim());
    }
    RequestFrameDecoder unproven = new RequestFrameDecoder(MAX_FRAME_BYTES, four, ADDRESS);
    EmbeddedChannel other = new EmbeddedChannel(unproven);

    other.writeInbound(Unpooled.buffer(8).writeIntLE(MAX_FRAME_BYTES));
    itsChannel.writeInbound(Unpooled.buffer(8).writeIntLE(MAX_FRAME_BYTES));

    assertThat(unproven.isReading()).isFalse();
    assertThat(proven.isReading()).isTrue();
    itsChannel.finishAndReleaseAll();
    other.finishAndReleaseAll();
    stream.release();
  }

  @Test
  void stoppedWhileItWaitsForMemoryItStaysStopped() {
    FrameMemory.Claim other = new OtherClaim();
    memory.claim(other);
    channel.writeInbound(Unpooled.buffer(8).writeIntLE(MAX_FRAME_BYTES));
    decoder.read(channel, false);

    memory.release(other);
    channel.runPendingTasks();

    assertThat(channel.config().isAutoRead()).isFalse();
  }

  @Test
  void itsMemoryIsFreeWhenTheConnectionCloses() {
    channel.writeInbound(Unpooled.buffer(8).writeIntLE(MAX_FRAME_BYTES));
    assertThat(memory.usedBytes()).isEqualTo(CAPACITY_BYTES);

    channel.close();
    channel.runPendingTasks();

    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void itsMemoryAndItsBytesAreFreeWhenItDiscards() {
    ByteBuf read = Unpooled.buffer(8).writeIntLE(MAX_FRAME_BYTES);
    channel.writeInbound(read);

    decoder.discard(channel);
    channel.runPendingTasks();

    assertThat(memory.usedBytes()).isZero();
    assertThat(read.refCnt()).isZero();
  }

  /** A claim of another connection. */
  private static final class OtherClaim extends FrameMemory.Claim {

    OtherClaim() {
      super(new ClaimOrigin(ADDRESS, false), CAPACITY_BYTES);
    }

    @Override
    void granted() {}

    @Override
    void displaced(String reason) {}
  }

  private String nextFrame() {
    ByteBuf frame = channel.readInbound();
    assertThat(frame).isNotNull();
    String text = frame.toString(StandardCharsets.US_ASCII);
    frame.release();
    return text;
  }

  private static ByteBuf twoFrames() {
    ByteBuf stream = Unpooled.buffer();
    writeFrame(stream, 8, 'a');
    writeFrame(stream, 8, 'b');
    return stream;
  }

  private static ByteBuf length(int length) {
    return Unpooled.buffer().writeIntLE(length);
  }

  private static void writeFrame(ByteBuf out, int bytes, char fill) {
    out.writeIntLE(bytes);
    for (int i = 0; i < bytes; i++) {
      out.writeByte(fill);
    }
  }
}
