package io.millrace.sample;

import static org.awaitility.Awaitility.await;

import io.millrace.spring.MillraceTemplate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

// begin: test
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestBroker.class)
class RideBillingTest {

  @Autowired private MillraceTemplate template;
  @Autowired private RideBilling billing;

  @Test
  void aRideIsBilled() {
    template.send("rides", "ride-7", new AcceptedRide("ride-7", 12.4)).join();

    await().atMost(Duration.ofMinutes(2)).until(() -> billing.fareOf("ride-7").isPresent());
  }
}
// end
