package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;

/**
 * A topic with events to read.
 *
 * @param client owned by this
 * @param sent what is in it
 */
record FilledTopic(LoadClient client, String name, EventDigest sent) implements AutoCloseable {

  /** Makes a topic and fills it as the spec says; takes ownership of the client. */
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

  /** Deletes it. */
  @Override
  public void close() {
    client.deleteTopic(name);
    client.close();
  }
}
