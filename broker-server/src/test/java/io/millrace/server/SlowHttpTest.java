package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Slow clients of the HTTP port end, and keep nobody out. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class SlowHttpTest {

  private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String METRICS = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String BEGIN = "GET /health/live HTTP/1.1\r\nHo";
  private static final String SENT_AWAY = "millrace_connections_sent_away_total";

  /** No deadline ends a connection. */
  private static final Map<String, String> PATIENT =
      Map.of(
          "http.requestTimeout", "1d",
          "connections.idleTimeout", "1d",
          "connections.writeStallTimeout", "1d");

  @Test
  void aProbeGetsItsAnswerAmongSlowClientsOfItsAddress() {
    List<HttpSocket> slow = new ArrayList<>();
    try (MillraceServer server = TestServers.start(PATIENT)) {
      for (int i = 0; i < 200; i++) {
        slow.add(HttpSocket.connect(server).send(BEGIN));
      }
      try (HttpSocket probe = HttpSocket.connect(server)) {
        assertThat(probe.send(LIVE).answer()).startsWith("HTTP/1.1 200 ");
        assertThat(probe.send(LIVE).answer()).startsWith("HTTP/1.1 200 ");
      }
      assertThat(slow.get(0).toEnd()).isEmpty();
      assertThat(Metrics.value(server, SENT_AWAY + "{reason=\"TOO_MANY_CONNECTIONS\"}"))
          .isGreaterThanOrEqualTo(150);
    } finally {
      slow.forEach(HttpSocket::close);
    }
  }

  @Test
  void slowClientsOfOneAddressLeaveTheConnectionsOfOthers() {
    List<HttpSocket> slow = new ArrayList<>();
    try (MillraceServer server = TestServers.start(PATIENT);
        HttpSocket scraper = HttpSocket.connectFrom("127.0.0.3", server)) {
      scraper.send(LIVE).answer();
      for (int i = 0; i < 200; i++) {
        slow.add(HttpSocket.connectFrom("127.0.0.2", server).send(BEGIN));
      }
      assertThat(slow.get(0).toEnd()).isEmpty();

      assertThat(scraper.send(LIVE).answer()).startsWith("HTTP/1.1 200 ");
    } finally {
      slow.forEach(HttpSocket::close);
    }
  }

  /** A time that a busy machine takes to send the requests is too short, and is doubled. */
  @Test
  void aRequestThatIsNotCompleteInTimeEndsItsConnection() {
    int seconds = 1;
    while (!endsIncompleteRequests(seconds)) {
      seconds *= 2;
      assertThat(seconds).as("seconds in which no request began").isLessThanOrEqualTo(64);
    }
  }

  /** Checks how three requests end; false if the time was over before one of them began. */
  private static boolean endsIncompleteRequests(int seconds) {
    String time = seconds + "s";
    try (MillraceServer server = TestServers.start(Map.of("http.requestTimeout", time));
        HttpSocket first = HttpSocket.connect(server);
        HttpSocket later = HttpSocket.connect(server);
        HttpSocket body = HttpSocket.connect(server)) {
      try {
        first.send(BEGIN);
        later.send(LIVE).answer();
        later.send(BEGIN);
        body.send("POST /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf");
      } catch (UncheckedIOException closedBefore) {
        return false;
      }
      List<String> ends = List.of(first.toEnd(), later.toEnd(), body.toEnd());
      if (ends.contains("")) {
        return false;
      }
      assertThat(ends.get(0)).startsWith("HTTP/1.1 408 ").contains(time + " (http.requestTimeout)");
      assertThat(ends.get(1)).startsWith("HTTP/1.1 408 ");
      assertThat(ends.get(2)).startsWith("HTTP/1.1 405 ");
      assertThat(Metrics.value(server, SENT_AWAY + "{reason=\"SLOW_WRITER\"}")).isEqualTo(3);
      return true;
    }
  }

  @Test
  void whoSaysNothingIsClosed() {
    try (MillraceServer server = TestServers.start(Map.of("http.requestTimeout", "200ms"));
        HttpSocket client = HttpSocket.connect(server)) {
      assertThat(client.toEnd()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionIsClosed() {
    try (MillraceServer server = TestServers.start(Map.of("connections.idleTimeout", "1s"));
        HttpSocket client = HttpSocket.connect(server)) {
      client.send(LIVE).answer();

      assertThat(client.toEnd()).isEmpty();
    }
  }

  @Test
  void whoTakesNoAnswerIsClosed() {
    try (MillraceServer server = TestServers.start(Map.of("connections.writeStallTimeout", "1s"));
        HttpSocket client = HttpSocket.connect(server)) {
      client.send(METRICS.repeat(2000));

      Metrics.await(server, SENT_AWAY + "{reason=\"SLOW_READER\"}", dropped -> dropped == 1);
    }
  }
}
