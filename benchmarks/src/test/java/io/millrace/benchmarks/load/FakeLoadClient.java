package io.millrace.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** A broker in memory, which acknowledges all events and can lose some. Used by one thread. */
final class FakeLoadClient implements LoadClient {

  private final Map<String, List<byte[]>> topics = new HashMap<>();
  private final IntPredicate loses;
  private int sent;

  /** Loses the events for which {@code loses} is true; they are counted from 0 over all topics. */
  FakeLoadClient(IntPredicate loses) {
    this.loses = loses;
  }

  @Override
  public void createTopic(String topic, int partitions, Durability durability) {
    topics.put(topic, new ArrayList<>());
  }

  @Override
  public void deleteTopic(String topic) {
    topics.remove(topic);
  }

  boolean hasTopics() {
    return !topics.isEmpty();
  }

  @Override
  public long count(String topic) {
    return topics.get(topic).size();
  }

  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    return new Sender() {
      private long acknowledged;

      @Override
      public void send(byte[] value) {
        if (!loses.test(sent++)) {
          topics.get(topic).add(value);
        }
        acknowledged++;
      }

      @Override
      public void send(int partition, byte[] value) {
        send(value);
      }

      @Override
      public void sendAndWait(byte[] value) {
        send(value);
      }

      @Override
      public long flush() {
        return acknowledged;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Receiver receiver(String topic, Durability durability, Start start, Batching batching) {
    return new Receiver() {
      private int position = start == Start.EARLIEST ? 0 : topics.get(topic).size();

      @Override
      public int poll(Duration timeout, Consumer<byte[]> values) {
        List<byte[]> events = topics.get(topic);
        int count = events.size() - position;
        events.subList(position, events.size()).forEach(values);
        position = events.size();
        return count;
      }

      @Override
      public void rewind() {
        position = 0;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}
