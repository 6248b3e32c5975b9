package io.millrace.benchmarks.groups;

import io.millrace.client.Ack;
import io.millrace.client.Event;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupPartition;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.RebalanceListener;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/** The groups of Millrace. */
public final class MillraceGroups implements GroupClients {

  private final String server;
  private final MillraceClient client;
  private final Map<String, Producer> producers = new ConcurrentHashMap<>();

  private MillraceGroups(String server) {
    this.server = server;
    this.client = MillraceClient.connect(server);
  }

  /** Runs the load process; see {@link GroupsMain}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    GroupsMain.run(arguments, MillraceGroups.class, MillraceGroups::new);
  }

  @Override
  public void createTopic(String topic, int partitions) {
    client.admin().createTopic(topic, TopicSpec.partitions(partitions));
  }

  @Override
  public void send(String topic, int partition) {
    producers
        .computeIfAbsent(topic, t -> client.producer(t).ack(Ack.STORED).build())
        .send(Event.builder().partition(partition).value(new byte[100]).build());
  }

  @Override
  public Member join(String topic, String group, Duration session, Owner owner) {
    MillraceClient own = MillraceClient.connect(server);
    GroupConsumer consumer =
        own.consumer(topic)
            .group(group)
            .sessionTimeout(session)
            .isolation(Isolation.LATEST)
            .listener(new Listener(owner))
            .build();
    return new Member() {
      @Override
      public void poll(Duration timeout) {
        consumer.poll(timeout).forEach(event -> owner.event(event.partition()));
      }

      @Override
      public void close() {
        consumer.close();
        own.close();
      }
    };
  }

  @Override
  public void close() {
    client.close();
  }

  /** Tells an owner. */
  private record Listener(Owner owner) implements RebalanceListener {

    @Override
    public void assigned(SortedSet<GroupPartition> partitions) {
      partitions.forEach(each -> owner.assigned(each.partition()));
    }

    @Override
    public void revoked(SortedSet<GroupPartition> partitions) {
      partitions.forEach(each -> owner.revoked(each.partition()));
    }

    @Override
    public void lost(SortedSet<GroupPartition> partitions) {
      revoked(partitions);
    }
  }
}
