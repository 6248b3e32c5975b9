package io.millrace.benchmarks.micro;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.NextFrame;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures encoding and decoding the frames around a batch. The result is the time per frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBenchmark {

  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
  private static final UUID TOPIC = new UUID(1, 2);
  private static final ProducerSecret SECRET = new ProducerSecret(1, 2);
  private static final int VERSION = 1;
  private static final int CORRELATION = 42;
  private static final SupportedVersions SUPPORTED = SupportedVersions.ofThisBuild();

  private ByteBuf batch;
  private ByteBuf request;
  private ByteBuf response;

  /** Creates the frames that are decoded. */
  @Setup
  public void prepare() {
    batch = Unpooled.wrappedBuffer(new SampleBatch(1024).full());
    request =
        Frames.encodeRequest(
            ALLOCATOR,
            VERSION,
            CORRELATION,
            new ProduceRequest(TOPIC, 0, AckLevel.SYNCED, SECRET, batch));
    response = Frames.encodeResponse(ALLOCATOR, header(request.duplicate()), answer());
  }

  /** Releases the frames. */
  @TearDown
  public void release() {
    batch.release();
    request.release();
    response.release();
  }

  /** Encodes the part of a produce request before the batch. */
  @Benchmark
  public int encodeProduceHead() {
    ByteBuf head =
        ProduceRequest.encodeHead(
            ALLOCATOR,
            VERSION,
            CORRELATION,
            TOPIC,
            0,
            AckLevel.SYNCED,
            SECRET,
            batch.readableBytes());
    int bytes = head.readableBytes();
    head.release();
    return bytes;
  }

  /** Decodes a produce request. The batch is not copied. */
  @Benchmark
  public Request decodeProduceRequest() {
    ByteBuf frame = request.duplicate();
    if (NextFrame.of(frame, NextFrame.MAX_BYTES_TO_CLIENT) != NextFrame.COMPLETE) {
      throw new IllegalStateException("the frame is not complete");
    }
    return Frames.decodeRequest(SUPPORTED, header(frame), frame);
  }

  /** Encodes the answer to a produce request. */
  @Benchmark
  public int encodeProduceResponse() {
    ByteBuf frame = Frames.encodeResponse(ALLOCATOR, header(request.duplicate()), answer());
    int bytes = frame.readableBytes();
    frame.release();
    return bytes;
  }

  /** Decodes the answer to a produce request. */
  @Benchmark
  public Response decodeProduceResponse() {
    ByteBuf frame = response.duplicate();
    return Frames.decodeResponse(SUPPORTED, header(frame), frame);
  }

  private static Response answer() {
    return new ProduceResponse(1, 2);
  }

  private static FrameHeader header(ByteBuf frame) {
    return FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_BYTES));
  }
}
