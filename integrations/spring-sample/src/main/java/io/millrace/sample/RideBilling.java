package io.millrace.sample;

import io.millrace.client.ConsumedEvent;
import io.millrace.spring.MillraceListener;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

// begin: listener
@Component
class RideBilling {

  private final Map<String, Double> fares = new ConcurrentHashMap<>();

  @MillraceListener(
      id = "billing",
      topics = "rides",
      where = "json.fare != 0",
      concurrency = "4",
      ordering = "KEY")
  void bill(AcceptedRide ride, ConsumedEvent event) {
    if (ride.fare() < 0) {
      throw new IllegalArgumentException("the fare of " + event + " is below zero");
    }
    fares.put(ride.id(), ride.fare()); // the same result if the event comes again
  }

  Optional<Double> fareOf(String ride) {
    return Optional.ofNullable(fares.get(ride));
  }
}
// end
