package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;

/**
 * A topic with events to read.
 *
 * @param client the client, which the topic owns
 * @param sent the digest of its events
 */
record FilledTopic(LoadClient client, String name, EventDigest sent) implements AutoCloseable {

  /** Creates a topic and fills it according to the spec. Takes ownership of the client. */
  static FilledTopic fill(WorkloadSpec spec, LoadClient client) {
    String name = Target.newTopic("filled");
    client.createTopic(name, spec.partitions(), spec.durability());
    Payloads payloads = new Payloads(spec.sizeBytes());
    EventDigest sent = new EventDigest();
    try (Sender sender = client.sender(name, spec.durability(), Batching.THROUGHPUT)) {
      while (sent.bytes() < spec.fillBytes()) {
        byte[] value = payloads.next();
        sender.send(value);
        sent.accept(value);
      }
      sender.flush();
    }
    return new FilledTopic(client, name, sent);
  }

  /** Deletes the topic and closes the client. */
  @Override
  public void close() {
    client.deleteTopic(name);
    client.close();
  }
}
