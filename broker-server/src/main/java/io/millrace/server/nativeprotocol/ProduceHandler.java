package io.millrace.server.nativeprotocol;

import io.millrace.core.AppendCallback;
import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.ProduceRequest;
import io.netty.buffer.ByteBuf;
import java.nio.ByteOrder;
import java.util.concurrent.RejectedExecutionException;

/** PRODUCE: brings a batch to its partition's owner, and the receipt back. */
final class ProduceHandler implements RequestHandler<ProduceRequest> {

  private final Broker broker;

  ProduceHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(ProduceRequest request, PendingRequest pending) {
    Partition partition = broker.partition(request.topicId(), request.partition());
    if (partition.owner().isOwnerThread()) {
      append(partition, request.batch(), request.ack(), pending);
    } else {
      handOver(partition, request.batch().retain(), request.ack(), pending);
    }
  }

  /** Takes ownership of the batch. */
  private static void handOver(
      Partition partition, ByteBuf batch, AckLevel ack, PendingRequest pending) {
    try {
      partition
          .owner()
          .execute(
              () -> {
                try {
                  append(partition, batch, ack, pending);
                } finally {
                  batch.release();
                }
              });
    } catch (RejectedExecutionException e) {
      batch.release();
      throw e;
    }
  }

  private static void append(
      Partition partition, ByteBuf batch, AckLevel ack, PendingRequest pending) {
    partition.append(
        batch.nioBuffer().order(ByteOrder.LITTLE_ENDIAN), ack, new Receipt(pending, ack));
  }

  /** Turns the end of an append into the end of its request. */
  private record Receipt(PendingRequest pending, AckLevel ack) implements AppendCallback {

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      if (ack == AckLevel.NONE) {
        pending.leaveUnanswered();
      } else {
        pending.answerProduced(baseOffset, appendTimeMicros);
      }
    }

    @Override
    public void refused(BrokerException cause) {
      pending.refuse(cause);
    }
  }
}
