package io.millrace.server.nativeprotocol;

import io.millrace.core.AppendCallback;
import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.ProduceRequest;
import java.nio.ByteOrder;
import java.util.concurrent.RejectedExecutionException;

/** PRODUCE: hands the batch to the owner of its partition, and answers when it is appended. */
final class ProduceHandler implements RequestHandler<ProduceRequest> {

  private final Broker broker;

  ProduceHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(ProduceRequest request, PendingRequest pending) {
    Partition partition = broker.partition(request.topicId(), request.partition());
    ConnectionQuotas quotas = pending.connection().quotas();
    AppendCallback receipt =
        quotas == null
            ? new Receipt(pending, request.ack())
            : new DelayedReceipt(
                new Receipt(pending, request.ack()),
                quotas,
                quotas.charge(request, pending.version()));
    if (partition.owner().isOwnerThread()) {
      append(partition, request, receipt);
    } else {
      request.batch().retain();
      handOver(partition, request, receipt);
    }
  }

  /** Takes ownership of the batch. */
  private static void handOver(
      Partition partition, ProduceRequest request, AppendCallback receipt) {
    try {
      partition
          .owner()
          .execute(
              () -> {
                try {
                  append(partition, request, receipt);
                } finally {
                  request.batch().release();
                }
              });
    } catch (RejectedExecutionException e) {
      request.batch().release();
      throw e;
    }
  }

  private static void append(Partition partition, ProduceRequest request, AppendCallback receipt) {
    partition.append(
        request.batch().nioBuffer().order(ByteOrder.LITTLE_ENDIAN),
        request.producerSecret(),
        request.ack(),
        receipt);
  }

  /** Answers the request when the append has ended. */
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

  /**
   * Answers the request when the append has ended and a quota allows it. A refusal is not delayed.
   *
   * @param dueNanos as {@link ConnectionQuotas#charge}
   */
  private record DelayedReceipt(Receipt receipt, ConnectionQuotas quotas, long dueNanos)
      implements AppendCallback {

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      quotas.answerAt(
          dueNanos, receipt.pending(), () -> receipt.appended(baseOffset, appendTimeMicros));
    }

    @Override
    public void refused(BrokerException cause) {
      receipt.refused(cause);
    }
  }
}
