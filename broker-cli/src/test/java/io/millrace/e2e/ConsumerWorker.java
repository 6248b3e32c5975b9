package io.millrace.e2e;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.StartPosition;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A consumer in its own process. It reads one partition from the earliest offset, and prints {@code
 * partition offset value} for each event, until it has read the given number of events.
 *
 * <p>Arguments: address, topic, partition, number of events.
 */
final class ConsumerWorker {

  private ConsumerWorker() {}

  public static void main(String[] args) {
    int partition = Integer.parseInt(args[2]);
    long remaining = Long.parseLong(args[3]);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (MillraceClient client = PatientClient.connect(args[0]);
        Consumer consumer =
            client.consumer(args[1]).partitions(partition).from(StartPosition.earliest()).build()) {
      out.println(ProducerWorker.CONNECTED);
      out.flush();
      while (remaining > 0) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
          out.println(event.partition() + " " + event.offset() + " " + event.valueAsString());
          remaining--;
        }
        out.flush();
      }
    }
  }
}
