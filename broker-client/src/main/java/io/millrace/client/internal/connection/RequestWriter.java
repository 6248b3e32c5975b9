package io.millrace.client.internal.connection;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.NegotiatedVersions;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Writes frames to one channel. Frames that are written in one run of the event loop are flushed
 * together, at the end of the run. Event loop only.
 */
final class RequestWriter {

  private static final long ENCRYPTED_RUN_BYTES = 256 << 10;

  private final Channel channel;

  /** Versions of the apis of the hot path, once they are negotiated. */
  private int produceVersion;

  private int creditVersion;

  private boolean flushScheduled;

  /** The number of bytes that are written at most before a flush. */
  private final long longestRunBytes;

  private long unflushedBytes;

  /**
   * @param encrypted whether the channel has TLS. It encrypts, and so counts, what is written only
   *     at a flush. More flushes in one run keep the count right.
   */
  RequestWriter(Channel channel, boolean encrypted) {
    this.channel = channel;
    this.longestRunBytes = encrypted ? ENCRYPTED_RUN_BYTES : Long.MAX_VALUE;
  }

  /** Sets the versions of batches and credit. Called before the first of them. */
  void use(NegotiatedVersions versions) {
    produceVersion = versions.of(Api.PRODUCE);
    creditVersion = versions.of(Api.CREDIT);
  }

  /** Writes a request in a version of its api. */
  void request(int version, int correlationId, Request request) {
    write(Frames.encodeRequest(channel.alloc(), version, correlationId, request));
  }

  /** Writes a grant of credit, in bytes. */
  void credit(int subscriptionId, long bytes) {
    write(CreditRequest.encodeFrame(channel.alloc(), creditVersion, subscriptionId, bytes));
  }

  /**
   * Writes a batch that is answered.
   *
   * @param secret the proof of the producer id in the batch
   * @param batch remains owned by the caller, which must not change it until the response or the
   *     end of the connection
   */
  void batch(
      int correlationId,
      UUID topicId,
      int partition,
      AckLevel ack,
      ProducerSecret secret,
      ByteBuffer batch) {
    batch(correlationId, topicId, partition, ack, secret, batch, channel.voidPromise());
  }

  /**
   * Writes a batch that is answered only if it is refused.
   *
   * @param batch as for {@link #batch}
   * @return completes when the batch is written to the socket
   */
  ChannelFuture unansweredBatch(int correlationId, UUID topicId, int partition, ByteBuffer batch) {
    return batch(
        correlationId,
        topicId,
        partition,
        AckLevel.NONE,
        ProducerSecret.NONE,
        batch,
        channel.newPromise());
  }

  private ChannelFuture batch(
      int correlationId,
      UUID topicId,
      int partition,
      AckLevel ack,
      ProducerSecret secret,
      ByteBuffer batch,
      ChannelPromise promise) {
    write(
        ProduceRequest.encodeHead(
            channel.alloc(),
            produceVersion,
            correlationId,
            topicId,
            partition,
            ack,
            secret,
            batch.remaining()));
    unflushedBytes += batch.remaining();
    ChannelFuture written = channel.write(Unpooled.wrappedBuffer(batch), promise);
    if (unflushedBytes >= longestRunBytes) {
      unflushedBytes = 0;
      channel.flush();
    }
    return written;
  }

  private void write(ByteBuf frame) {
    channel.write(frame, channel.voidPromise());
    if (!flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(this::flush);
    }
  }

  private void flush() {
    flushScheduled = false;
    unflushedBytes = 0;
    channel.flush();
  }
}
