package io.millrace.protocol.wire;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.UUID;

/**
 * Appends one record batch to a partition.
 *
 * @param topicId the id of the topic
 * @param partition index of the partition
 * @param ack when the broker answers; with {@code NONE}, it answers only if it refuses the batch
 * @param producerSecret the proof of the producer id and the epoch in the batch; {@link
 *     ProducerSecret#NONE} for a batch without a producer id
 * @param batch the batch, from reader index to writer index. It ends the frame. After decoding, it
 *     is a slice of the frame. It is valid as long as the frame, or longer if it is retained.
 */
public record ProduceRequest(
    UUID topicId, int partition, AckLevel ack, ProducerSecret producerSecret, ByteBuf batch)
    implements Request {

  private static final int HEAD_BYTES = 16 + 4 + 1 + ProducerSecret.BYTES;

  static ProduceRequest decode(WireReader in) {
    return new ProduceRequest(
        in.uuid("topicId"),
        in.i32("partition"),
        in.ackLevel("ack"),
        in.secret("producerSecret"),
        in.rest());
  }

  /**
   * Encodes the frame up to the batch. Does not copy the batch: the caller writes the head and then
   * {@code batchBytes} bytes.
   *
   * @param version the version of the api, as negotiated
   * @return the head, owned by the caller
   */
  public static ByteBuf encodeHead(
      ByteBufAllocator allocator,
      int version,
      int correlationId,
      UUID topicId,
      int partition,
      AckLevel ack,
      ProducerSecret producerSecret,
      int batchBytes) {
    ByteBuf out = allocator.buffer(FrameHeader.BODY_AT + HEAD_BYTES);
    FrameHeader.write(
        out,
        FrameKind.REQUEST,
        version,
        Api.PRODUCE.number(),
        correlationId,
        HEAD_BYTES + batchBytes);
    encodeHead(out, topicId, partition, ack, producerSecret);
    return out;
  }

  @Override
  public Api api() {
    return Api.PRODUCE;
  }

  /** {@inheritDoc} Copies the batch; {@link #encodeHead} does not. */
  @Override
  public void encode(WireWriter out) {
    encodeHead(out.buffer(), topicId, partition, ack, producerSecret);
    out.rest(batch);
  }

  private static void encodeHead(
      ByteBuf out, UUID topicId, int partition, AckLevel ack, ProducerSecret producerSecret) {
    WireWriter.uuid(out, topicId);
    out.writeIntLE(partition);
    out.writeByte(ack.code());
    WireWriter.secret(out, producerSecret);
  }
}
