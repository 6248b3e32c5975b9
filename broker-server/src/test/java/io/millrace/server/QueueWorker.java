package io.millrace.server;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.SettleResponse;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.TakeResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A minimal consumer of a queue on one connection. A broken connection is an exception. */
final class QueueWorker implements AutoCloseable {

  private static final int QUEUE = 1;
  private static final int MAX_BYTES = 4 << 20;

  private final WireClient client;
  private long number;
  private final BatchReader reader = new BatchReader(1 << 24);

  /** An event that was taken. */
  record Taken(int partition, long lock, long offset, String key, String value) {}

  private QueueWorker(WireClient client) {
    this.client = client;
  }

  static QueueWorker open(int port, String group, String topic, QueueSettingsInfo settings) {
    QueueWorker worker = new QueueWorker(WireClient.hello(port));
    worker.ask(
        new OpenQueueRequest(
            QUEUE, group, topic, UUID.randomUUID(), OpenQueueRequest.NO_LOCK, settings),
        OpenQueueResponse.class);
    return worker;
  }

  private <R extends Response> R ask(Request request, Class<R> type) {
    client.send(request);
    WireClient.Received received = client.receiveOrEnd();
    if (received == null) {
      throw new UncheckedIOException(new IOException("the connection has ended"));
    }
    if (!type.isInstance(received.response())) {
      throw new AssertionError("the answer is " + received);
    }
    return type.cast(received.response());
  }

  List<Taken> take(int maxEvents, long maxWaitMicros) {
    TakeResponse taken =
        ask(new TakeRequest(QUEUE, maxEvents, MAX_BYTES, maxWaitMicros), TakeResponse.class);
    List<Taken> events = new ArrayList<>();
    ByteBuffer batches = taken.batches().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int at = batches.position(); at < batches.limit(); at += BatchHeader.length(batches, at)) {
      reader.open(batches, at);
      while (reader.next()) {
        events.add(
            new Taken(
                taken.partition(),
                taken.lock(),
                reader.offset(),
                reader.key() == null ? "" : text(reader.key()),
                text(reader.value())));
      }
    }
    return events;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  SettleResponse settle(List<Settlement> settlements) {
    return ask(new SettleRequest(QUEUE, number++, settlements), SettleResponse.class);
  }

  @Override
  public void close() {
    client.close();
  }
}
