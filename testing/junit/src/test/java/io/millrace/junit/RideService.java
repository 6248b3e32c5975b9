package io.millrace.junit;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The program of a user: it accepts rides, and bills those that are over. */
final class RideService implements AutoCloseable {

  private final MillraceClient client;
  private final Producer rides;
  private final Producer bills;

  RideService(String server) {
    client = MillraceClient.connect(server);
    rides = client.producer("rides").source("ride-service").build();
    bills = client.producer("bills").source("ride-service").build();
  }

  /** Completes when the ride is on disk. */
  CompletableFuture<Void> accept(String ride) {
    return rides.send(Event.of(ride, "accepted")).thenAccept(receipt -> {});
  }

  void end(String ride) {
    rides.send(Event.of(ride, "over")).join();
  }

  /** Writes a bill for each ride that is over, until there are as many bills. */
  void bill(int count) {
    int billed = 0;
    try (Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build()) {
      while (billed < count) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
          if (event.valueAsString().equals("over")) {
            bills.send(Event.of(event.keyAsString(), "12.40")).join();
            billed++;
          }
        }
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
