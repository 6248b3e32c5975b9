package io.millrace.e2e;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * A producer in its own process. For every line of its input it sends one round of numbered events
 * to all partitions, pipelined, and prints each receipt as {@code partition offset value} when it
 * arrives. The first line of its output is {@link #CONNECTED}.
 *
 * <p>Arguments: address, topic, partitions, name, events per round.
 */
final class ProducerWorker {

  /** The line that is printed when the producer is connected. */
  static final String CONNECTED = "connected";

  private record Sent(String value, CompletableFuture<Receipt> receipt) {}

  private ProducerWorker() {}

  public static void main(String[] args) throws IOException {
    String topic = args[1];
    int partitions = Integer.parseInt(args[2]);
    String name = args[3];
    int eventsPerRound = Integer.parseInt(args[4]);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader rounds =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int sent = 0;
    try (MillraceClient client = PatientClient.connect(args[0]);
        Producer producer =
            client.producer(topic).source(name).retry(PatientClient.retry()).build()) {
      out.println(CONNECTED);
      out.flush();
      while (rounds.readLine() != null) {
        Deque<Sent> inFlight = new ArrayDeque<>();
        for (int i = 0; i < eventsPerRound; i++) {
          int partition = sent % partitions;
          String value = name + " " + sent / partitions;
          sent++;
          inFlight.add(
              new Sent(
                  value, producer.send(Event.builder().partition(partition).value(value).build())));
          if (inFlight.size() > 500) {
            print(out, inFlight.poll());
          }
        }
        while (!inFlight.isEmpty()) {
          print(out, inFlight.poll());
        }
        out.flush();
      }
    }
  }

  private static void print(PrintStream out, Sent sent) {
    Receipt receipt = sent.receipt().join();
    out.println(receipt.partition() + " " + receipt.offset() + " " + sent.value());
    if (receipt.offset() % 100 == 0) {
      out.flush();
    }
  }
}
