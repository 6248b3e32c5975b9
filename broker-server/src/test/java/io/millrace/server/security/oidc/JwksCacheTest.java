package io.millrace.server.security.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.server.settings.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When keys are read, and from where. */
@Timeout(120)
class JwksCacheTest {

  private long now = 1;
  private int reads;
  private String jwks = TestIssuer.jwks(TestIssuer.ecJwk("one"));
  private HttpServer server;

  private final JwksCache cache =
      new JwksCache(
          () -> {
            reads++;
            if (jwks == null) {
              throw new IOException("down");
            }
            return jwks;
          },
          Runnable::run,
          () -> now);

  @AfterEach
  void close() {
    if (server != null) {
      server.stop(0);
    }
  }

  private boolean knows(String id) {
    return cache.keys().map(keys -> !keys.find(id, "ES256").isEmpty()).orElse(false);
  }

  @Test
  void aFloodOfUnknownKeysReadsThemOnceAMinute() {
    assertThat(knows("one")).isTrue();
    for (int i = 0; i < 10_000; i++) {
      assertThat(cache.refresh()).isDone();
    }
    assertThat(reads).isEqualTo(1);
    now += JwksCache.MIN_INTERVAL_NANOS;
    jwks = TestIssuer.jwks(TestIssuer.ecJwk("two"));
    cache.refresh();
    cache.refresh();
    assertThat(reads).isEqualTo(2);
    assertThat(knows("two")).isTrue();
    assertThat(knows("one")).as("withdrawn").isFalse();
  }

  @Test
  void oldKeysAreReadAgainWhenTheyAreUsed() {
    assertThat(knows("one")).isTrue();
    jwks = TestIssuer.jwks(TestIssuer.ecJwk("two"));
    now += JwksCache.MAX_AGE_NANOS - 1;
    assertThat(knows("two")).isFalse();
    now++;
    assertThat(knows("two")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"keys\":[]}", "<html>", "{\"keys\":[{\"kty\":\"RSA\"}]}"})
  void theLastGoodKeysStay(String bad) {
    assertThat(knows("one")).isTrue();
    jwks = bad.isEmpty() ? null : bad;
    now += JwksCache.MAX_AGE_NANOS;
    assertThat(knows("one")).isTrue();
    assertThat(reads).isEqualTo(2);
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private JwksSource serve(Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
    return JwksSource.of(
        TestIssuer.settings("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks"));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Test
  void keysComeFromAUrl() throws IOException {
    byte[] body = jwks.getBytes(StandardCharsets.UTF_8);
    assertThat(serve(exchange -> send(exchange, 200, body)).read()).isEqualTo(jwks);
  }

  @Test
  void anAnswerThatIsTooLargeIsRefused() throws IOException {
    JwksSource source = serve(exchange -> send(exchange, 200, new byte[JwksSource.MAX_BYTES + 1]));
    assertThatThrownBy(source::read).hasMessageContaining("more than 1048576 bytes");
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    JwksSource source =
        serve(
            exchange -> {
              exchange.getResponseHeaders().add("Location", "/other");
              send(exchange, 302, new byte[] {'{', '}'});
            });
    assertThatThrownBy(source::read).hasMessageContaining("status 302");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://id.example/jwks",
        "ftp://127.0.0.1/jwks",
        "file://host/jwks",
        "http://127.0.0.1.evil.example/jwks",
        "http://localhost@evil.example/jwks",
        "https:///jwks",
        "https://a b/"
      })
  void keysThatOthersCanChangeOnTheirWayAreRefused(String url) {
    assertThatThrownBy(() -> TestIssuer.settings(url))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("security.oidc.jwks");
  }
}
