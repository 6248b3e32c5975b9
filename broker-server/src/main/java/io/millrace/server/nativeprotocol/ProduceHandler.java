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
  public void handle(ProduceRequest request, Call call) {
    Partition partition = broker.partition(request.topicId(), request.partition());
    if (partition.owner().isOwnerThread()) {
      append(partition, request.batch(), request.ack(), call);
    } else {
      handOver(partition, request.batch().retain(), request.ack(), call);
    }
  }

  /** Takes ownership of the batch. */
  private static void handOver(Partition partition, ByteBuf batch, AckLevel ack, Call call) {
    try {
      partition
          .owner()
          .execute(
              () -> {
                try {
                  append(partition, batch, ack, call);
                } finally {
                  batch.release();
                }
              });
    } catch (RejectedExecutionException e) {
      batch.release();
      throw e;
    }
  }

  private static void append(Partition partition, ByteBuf batch, AckLevel ack, Call call) {
    partition.append(batch.nioBuffer().order(ByteOrder.LITTLE_ENDIAN), ack, new Receipt(call, ack));
  }

  /** Turns the end of an append into the end of its call. */
  private record Receipt(Call call, AckLevel ack) implements AppendCallback {

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      if (ack == AckLevel.NONE) {
        call.leaveUnanswered();
      } else {
        call.answerProduced(baseOffset, appendTimeMicros);
      }
    }

    @Override
    public void refused(BrokerException cause) {
      call.refuse(cause);
    }
  }
}
