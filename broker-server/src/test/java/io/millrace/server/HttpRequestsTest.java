package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP port accepts and refuses. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class HttpRequestsTest {

  private static final String LINE = "GET /health/live HTTP/1.1\r\n";
  private static final String HOST = "Host: localhost\r\n";

  private static MillraceServer server;

  @BeforeAll
  static void startServer() {
    server = TestServers.start(Map.of("http.allowedHosts", "metrics.example, Broker-1"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  /** A client of the native protocol that has the wrong port: its HELLO has no line end. */
  @ParameterizedTest
  @ValueSource(strings = {"A\0\0\0\u0001\0", "0\0\0\0", "\u0016\u0003\u0001\u0002"})
  void bytesThatAreNoTextAreAnsweredAtOnce(String bytes) {
    try (HttpSocket http = HttpSocket.connect(server)) {
      assertThat(http.send(bytes).toEnd())
          .startsWith("HTTP/1.1 400 ")
          .contains("HTTP port of a Millrace broker", "listen.port");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:9711",
        "localhost.",
        "127.0.0.1",
        "10.1.2.3:80",
        "[::1]",
        "[::1]:9711",
        "[2001:DB8::1]:9711",
        "metrics.example:9711",
        "METRICS.example.:1",
        "broker-1",
        "localhost:"
      })
  void allowedHosts(String host) {
    assertThat(answerTo(LINE + "Host: " + host + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:9711",
        "localhost.evil.example",
        "metrics.example.evil",
        "127.0.0.1.evil.example",
        "2130706433",
        "0x7f000001"
      })
  void otherHostsAreRefusedWithTheSetting(String host) {
    assertThat(answerTo(LINE + "Host: " + host + "\r\n\r\n"))
        .startsWith("HTTP/1.1 421 ")
        .contains("http.allowedHosts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost@evil",
        "localhost:port",
        "localhost:123456",
        "a b",
        "[::1",
        "[localhost]",
        "::1",
        "localhost/",
        ".",
        "localhost,evil.example"
      })
  void whatIsNoHostIsRefused(String host) {
    assertThat(answerTo(LINE + "Host: " + host + "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void thereIsOneHost() {
    assertThat(answerTo(LINE + "\r\n")).startsWith("HTTP/1.1 400 ").contains("no Host");
    assertThat(answerTo(LINE + HOST + HOST + "\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("2 Host headers");
    assertThat(answerTo("GET /health/live HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    assertThat(answerTo("GET /health/live HTTP/1.0\r\nHost: evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 421 ");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:9711/health/live, 200",
    "HTTP://127.0.0.1/health/live?x=1, 200",
    "http://[::1]:9711/health/live, 200",
    "http://evil.example/health/live, 421",
    "http://localhost@evil.example/health/live, 400",
    "http:///health/live, 400",
    "http://localhost, 404",
    "ftp://localhost/health/live, 404",
    "*, 404",
    "localhost:9711, 404",
    "/health/live?a=http://evil.example/, 200",
    "//evil.example/health/live, 404"
  })
  void targets(String target, int status) {
    assertThat(answerTo("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @CsvSource({
    "Transfer-Encoding: chunked|Content-Length: 5, 400",
    "Content-Length: 5|Transfer-Encoding: chunked, 400",
    "Content-Length: 5|Content-Length: 6, 400",
    "Content-Length: -1, 400",
    "Content-Length: +5, 400",
    "Content-Length: 5x, 400",
    "Transfer-Encoding: xchunked, 400",
    "Transfer-Encoding: gzip, 400",
    "Transfer-Encoding: identity, 400",
    "Transfer-Encoding: chunked|Transfer-Encoding: identity, 400",
    "Transfer-Encoding: gzip|Transfer-Encoding: chunked, 501",
    "'Transfer-Encoding: gzip, chunked', 501",
    "Content-Length: 1000000, 413",
    "Content-Length: 99999999999999999999, 400",
    "Expect: something, 417",
    "A: b|Host : localhost, 400",
  })
  void whatHasNoCertainEndIsRefusedAndTheConnectionClosed(String headers, int status) {
    String request =
        "POST /health/live HTTP/1.1\r\n" + HOST + headers.replace("|", "\r\n") + "\r\n\r\n";
    try (HttpSocket client = HttpSocket.connect(server)) {
      String all = client.send(request + "0\r\n\r\n" + LINE + HOST + "\r\n").toEnd();

      assertThat(all).startsWith("HTTP/1.1 " + status + " ");
      assertThat(all.split("HTTP/1.1 ")).as("one answer").hasSize(2);
      assertThat(all).doesNotContain("Exception", "java.", "netty");
    }
  }

  @Test
  void aTransferEncodingOfHttp10IsRefused() {
    assertThat(
            answerTo("GET /health/live HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aClientThatExpectsToContinueGetsTheAnswerInstead() {
    try (HttpSocket client = HttpSocket.connect(server)) {
      client.send(
          "POST /health/live HTTP/1.1\r\n"
              + HOST
              + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");

      assertThat(client.toEnd())
          .startsWith("HTTP/1.1 405 ")
          .containsIgnoringCase("connection: close");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET", "GET  ", "nonsense", "GET /health/live HTTP/x", "GET / a b c"})
  void whatIsNoRequestLineIsRefusedInPlainWords(String line) {
    assertThat(answerTo(line + " \r\n" + HOST + "\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("the request line is not valid", "GET /health/ready HTTP/1.1")
        .doesNotContain("Exception");
  }

  /** The default health check of HAProxy is the first of these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS / HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "OPTIONS /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
      })
  void optionsSaysWhatAHealthCheckAsks(String request) {
    assertThat(answerTo(request))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("allow: GET, HEAD\r\n")
        .contains("a health check asks GET /health/ready");
  }

  /** Without the linger, the kernel resets the connection, and the client loses the answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n",
        "POST /health/live HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n",
        "nonsense\r\n\r\n",
        "A\0\0\0\u0001\0",
      })
  void aClientThatStillSendsGetsTheWholeAnswer(String request) {
    try (HttpSocket client = HttpSocket.connect(server)) {
      client.send(request);
      for (int i = 0; i < 20; i++) {
        client.send("x".repeat(100_000));
      }
      assertThat(client.answer()).startsWith("HTTP/1.1 4");
      client.expectEnd();
    }
  }

  @Test
  void anUpgradeIsIgnored() {
    assertThat(
            answerTo(LINE + HOST + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(answerTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void lengthsAreLimited() {
    assertThat(answerTo("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n" + HOST + "\r\n"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(answerTo(LINE + HOST + "A: " + "a".repeat(17_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(answerTo(LINE + HOST + "A: a\r\n".repeat(6000) + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aLongChunkedBodyEndsTheConnection() {
    try (HttpSocket client = HttpSocket.connect(server)) {
      client.send(LINE + HOST + "Transfer-Encoding: chunked\r\n\r\n");
      assertThat(client.answer()).startsWith("HTTP/1.1 200 ");

      client.send("11000\r\n" + "x".repeat(0x11000));

      assertThat(client.toEnd()).isEmpty();
    }
  }

  @Test
  void requestsAfterABodyAndPipelinedOnesAreAnswered() {
    try (HttpSocket client = HttpSocket.connect(server)) {
      client.send(
          (LINE + HOST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: t\r\n\r\n")
                  .repeat(2)
              + (LINE + HOST + "Content-Length: 3\r\n\r\nabc").repeat(2));

      for (int i = 0; i < 4; i++) {
        assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  private static String answerTo(String request) {
    try (HttpSocket client = HttpSocket.connect(server)) {
      return client.send(request).answer();
    }
  }
}
