package io.millrace.benchmarks.nats;

import io.millrace.benchmarks.load.Sender;
import io.nats.client.JetStream;
import io.nats.client.api.PublishAck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Publishes events asynchronously, with a limited number of unanswered events. */
final class NatsSender implements Sender {

  private final JetStream events;
  private final String subject;
  private final int half;
  private List<CompletableFuture<PublishAck>> earlier = new ArrayList<>();
  private List<CompletableFuture<PublishAck>> later = new ArrayList<>();
  private long acknowledged;

  /**
   * Creates a sender, without opening a connection.
   *
   * @param window the largest number of unanswered events
   */
  NatsSender(JetStream events, String subject, int window) {
    this.events = events;
    this.subject = subject;
    this.half = window / 2;
  }

  @Override
  public void send(byte[] value) {
    later.add(events.publishAsync(subject, value));
    if (later.size() == half) {
      awaitEarlier();
    }
  }

  /**
   * Waits for the answers to the earlier half of the window. Throws the failure of one of its
   * events.
   */
  private void awaitEarlier() {
    if (!earlier.isEmpty()) {
      // Answers come in order. Waiting for the last one wakes this thread only once.
      earlier.get(earlier.size() - 1).join();
      earlier.forEach(CompletableFuture::join);
      acknowledged += earlier.size();
      earlier.clear();
    }
    List<CompletableFuture<PublishAck>> answered = earlier;
    earlier = later;
    later = answered;
  }

  @Override
  public void send(int partition, byte[] value) {
    throw new UnsupportedOperationException("a stream has no partitions");
  }

  @Override
  public void sendAndWait(byte[] value) {
    send(value);
    flush();
  }

  @Override
  public long flush() {
    awaitEarlier();
    awaitEarlier();
    return acknowledged;
  }

  @Override
  public void close() {
    // The load client owns the connection.
  }
}
