package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The messages of the hot path: their own encoders write what the general ones write. */
class HotPathTest {

  private static final UUID TOPIC = new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
  private static final ProducerSecret SECRET = new ProducerSecret(1, 2);
  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

  private static final int SMALLEST_OBJECT_BYTES = 16;

  private final ByteBuf batch = Unpooled.copiedBuffer(new byte[] {1, 2, 3, 4, 5});

  @Test
  void produceHeadAndBatchAreTheWholeFrame() {
    ByteBuf head =
        ProduceRequest.encodeHead(
            ALLOCATOR,
            1,
            Wire.CORRELATION_ID,
            TOPIC,
            3,
            AckLevel.STORED,
            SECRET,
            batch.readableBytes());

    assertThat(hex(Unpooled.wrappedBuffer(head, batch.duplicate())))
        .isEqualTo(hex(Wire.encode(new ProduceRequest(TOPIC, 3, AckLevel.STORED, SECRET, batch))));
  }

  @Test
  void deliverHeadAndBatchesAreTheWholeFrame() {
    ByteBuf head = DeliverPush.encodeHead(ALLOCATOR, 1, 7, 100, 200, batch.readableBytes());

    assertThat(hex(Unpooled.wrappedBuffer(head, batch.duplicate())))
        .isEqualTo(hex(Wire.encode(new DeliverPush(7, 100, 200, batch), 1)));
  }

  @Test
  void produceResponseIsTheSameFrame() {
    ByteBuf frame = ProduceResponse.encodeFrame(ALLOCATOR, 1, Wire.CORRELATION_ID, 10, 20);

    assertThat(hex(frame)).isEqualTo(hex(Wire.encode(new ProduceResponse(10, 20))));
  }

  @Test
  void creditIsTheSameFrameButForTheCorrelationId() {
    ByteBuf frame = CreditRequest.encodeFrame(ALLOCATOR, 1, 7, 65_536);

    assertThat(hex(frame))
        .isEqualTo(hex(Frames.encodeRequest(ALLOCATOR, 1, 0, new CreditRequest(7, 65_536))));
  }

  @Test
  void decodedBatchIsASliceOfTheFrame() {
    ByteBuf frame = Wire.encode(new ProduceRequest(TOPIC, 3, AckLevel.STORED, SECRET, batch));
    ProduceRequest request = (ProduceRequest) Wire.decode(frame);

    frame.setByte(frame.readableBytes() - 1, 99);

    assertThat(request.batch().getByte(request.batch().writerIndex() - 1)).isEqualTo((byte) 99);
  }

  @Test
  void headWithoutItsLastByteIsRefused() {
    ByteBuf deliver = DeliverPush.encodeHead(ALLOCATOR, 1, 7, 100, 200, 0);

    assertThatThrownBy(() -> Wire.decode(deliver.slice(0, deliver.readableBytes() - 1)))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("field visibleEnd needs 8 bytes, 7 are left");
  }

  @Test
  void encodingMakesNoObjectButTheBuffer() {
    assertAllocatesOnlyTheBuffer(
        () -> ProduceRequest.encodeHead(ALLOCATOR, 1, 1, TOPIC, 3, AckLevel.STORED, SECRET, 5));
    assertAllocatesOnlyTheBuffer(() -> ProduceResponse.encodeFrame(ALLOCATOR, 1, 1, 10, 20));
    assertAllocatesOnlyTheBuffer(() -> DeliverPush.encodeHead(ALLOCATOR, 1, 7, 100, 200, 5));
    assertAllocatesOnlyTheBuffer(() -> CreditRequest.encodeFrame(ALLOCATOR, 1, 7, 65_536));
  }

  private static void assertAllocatesOnlyTheBuffer(Supplier<ByteBuf> encode) {
    int frameBytes = encode.get().readableBytes();

    assertThat(allocatedPerCall(encode))
        .isLessThan(allocatedPerCall(() -> ALLOCATOR.buffer(frameBytes)) + SMALLEST_OBJECT_BYTES);
  }

  private static long allocatedPerCall(Supplier<ByteBuf> call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int calls = 1_000;
    call.get().release(); // classes are loaded
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      call.get().release();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / calls;
  }

  private static String hex(ByteBuf frame) {
    return ByteBufUtil.hexDump(frame);
  }
}
