package io.millrace.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import io.millrace.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** The sample from outside: HTTP, health and meters, and a broker that goes away. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestBroker.class)
class RideApplicationTest {

  @Autowired private EmbeddedBroker broker;
  @LocalServerPort private int port;

  @Test
  void aRideThatIsAcceptedIsBilled() throws Exception {
    assertThat(post("/rides", "{\"id\": \"ride-4711\", \"fare\": 12.4}")).contains("\"offset\":");
    assertThat(post("/rides", "{\"id\": \"ride-4712\", \"fare\": 0}")).contains("\"offset\":");

    await().atMost(Duration.ofMinutes(2)).until(() -> get("/bills/ride-4711").equals("12.4"));
    assertThat(get("/bills/ride-4712")).contains("404"); // the filter leaves it out
    assertThat(broker.events("rides"))
        .extracting(ConsumedEvent::keyAsString)
        .contains("ride-4711", "ride-4712");
  }

  @Test
  void aRideThatCannotBeBilledIsPutAside() throws Exception {
    post("/rides", "{\"id\": \"ride-3\", \"fare\": -1}");
    ConsumedEvent failed = broker.awaitEvents("rides.failed", 1, Duration.ofMinutes(2)).get(0);

    assertThat(failed.keyAsString()).isEqualTo("ride-3");
    assertThat(failed.valueAsString()).isEqualTo("{\"id\":\"ride-3\",\"fare\":-1.0}");
    assertThat(failed.headers()).extracting(Header::name).containsExactly("failure");
    assertThat(get("/actuator/health")).contains("\"billing\":\"RUNNING\"");
  }

  @Test
  void healthAndMetersAreShown() throws Exception {
    post("/rides", "{\"id\": \"ride-1\", \"fare\": 1}");
    await().atMost(Duration.ofMinutes(2)).until(() -> get("/bills/ride-1").equals("1.0"));

    assertThat(get("/actuator/health"))
        .contains("\"millrace\":{")
        .contains("\"connected\":true")
        .contains("\"listeners\":{\"billing\":\"RUNNING\"}")
        .contains("\"server\":\"" + broker.address() + "\"");
    assertThat(get("/actuator/metrics/millrace.producer.acked?tag=topic:rides"))
        .contains("\"statistic\":\"COUNT\"");
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                get("/actuator/metrics/millrace.listener.handler?tag=outcome:processed")
                    .contains("\"statistic\":\"COUNT\""));
  }

  @Test
  void aBrokerThatIsAwayIsSeenInHealthAndDoesNotStopTheApplication() throws Exception {
    broker.crash();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> get("/actuator/health").contains("\"connected\":false"));
    broker.restart();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> get("/actuator/health").contains("\"connected\":true"));
    assertThat(post("/rides", "{\"id\": \"ride-2\", \"fare\": 2}")).contains("\"offset\":");
    await().atMost(Duration.ofMinutes(2)).until(() -> get("/bills/ride-2").equals("2.0"));
  }

  private String post(String path, String json) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }
}
