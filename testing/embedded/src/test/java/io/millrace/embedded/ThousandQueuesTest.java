package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueuedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A thousand queues of one topic, each with a consumer: each gets every event. */
class ThousandQueuesTest {

  private static final int QUEUES = 1_000;
  private static final int THREADS = 16;
  private static final Duration WAIT = Duration.ofMinutes(1);

  private final Queue<QueueConsumer> queues = new ConcurrentLinkedQueue<>();

  private void serve(MillraceClient client, String name) {
    QueueConsumer queue = client.queueConsumer("orders", name).build();
    queues.add(queue);
    List<QueuedEvent> jobs = queue.poll(WAIT);
    assertThat(jobs).as(name).hasSize(1);
    queue.accept(jobs.get(0)).join();
  }

  @Test
  void aThousandQueuesAreOpenedAndServed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("orders", 1).start();
        Producer producer = broker.client().producer("orders").build()) {
      MillraceClient client = broker.client();
      producer.send(Event.of("a")).join();
      long started = System.nanoTime();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> served = new ArrayList<>();
      for (int i = 0; i < QUEUES; i++) {
        String name = "queue-" + i;
        served.add(threads.submit(() -> serve(client, name)));
      }
      for (Future<?> each : served) {
        each.get(WAIT.toSeconds(), TimeUnit.SECONDS);
      }
      long millis = (System.nanoTime() - started) / 1_000_000;
      System.out.printf("%d queues: opened and served in %d ms%n", QUEUES, millis);
      assertThat(queues).hasSize(QUEUES);
      assertThat(client.admin().listGroups()).hasSize(QUEUES);
      queues.forEach(queue -> threads.execute(queue::close));
      threads.shutdown();
      assertThat(threads.awaitTermination(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }
}
