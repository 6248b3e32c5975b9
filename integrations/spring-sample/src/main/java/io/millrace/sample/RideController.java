package io.millrace.sample;

import io.millrace.spring.MillraceTemplate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

// begin: controller
@RestController
class RideController {

  private final MillraceTemplate template;
  private final RideBilling billing;

  RideController(MillraceTemplate template, RideBilling billing) {
    this.template = template;
    this.billing = billing;
  }

  @PostMapping("/rides")
  @ResponseStatus(HttpStatus.CREATED)
  CompletableFuture<Map<String, Long>> accept(@RequestBody AcceptedRide ride) {
    return template
        .send("rides", ride.id(), ride) // JSON
        .thenApply(receipt -> Map.of("offset", receipt.offset())); // it is on disk
  }

  @GetMapping("/bills/{ride}")
  double bill(@PathVariable("ride") String ride) {
    return billing
        .fareOf(ride)
        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
  }
}
// end
