package io.millrace.sample;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.spring.FailedEventHandler;
import io.millrace.spring.MillraceTemplate;
import org.springframework.stereotype.Component;

// begin: failed
@Component
class FailedRides implements FailedEventHandler {

  private final MillraceTemplate template;

  FailedRides(MillraceTemplate template) {
    this.template = template;
  }

  @Override
  public void handle(String listener, ConsumedEvent event, Exception failure) {
    Event copy =
        Event.builder()
            .key(event.key())
            .value(event.value())
            .source(event.source())
            .timestamp(event.timestamp())
            .header("failure", listener + ": " + failure)
            .build();
    template.send("rides.failed", copy).join(); // if it cannot be stored, the event has failed
  }
}
// end
