package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.security.Authorizer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP pages of a broker that requires a credential. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class PageLoginTest {

  private static MillraceServer server;
  private static AccessUsers users;

  /** Of a user who may do everything. */
  private static String token;

  @BeforeAll
  static void start() {
    Authorizer alice = (session, operation, resource) -> session.principal().name().equals("alice");
    server =
        MillraceServer.start(
            TestServers.config(Map.of("security.authentication", "required")), alice);
    users = AccessUsers.of(server).add("alice", "p\u00e9ncil:x").add("bob", "pencil");
    token = users.token("alice", 0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/recovery", "/nothing"})
  void pageNeedsACredential(String path) {
    HttpResponse<String> page = get(path, "");

    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(page.headers().allValues("www-authenticate"))
        .isEqualTo(
            List.of("Bearer realm=\"millrace\"", "Basic realm=\"millrace\", charset=\"UTF-8\""));
    assertThat(page.body()).contains("this page needs a credential").doesNotContain("/recovery");
  }

  @Test
  void probesNeedNone() {
    assertThat(get("/health/live", "").body()).isEqualToIgnoringNewLines("{\"status\":\"live\"}");
    assertThat(get("/health/ready", "").statusCode()).isEqualTo(200);
  }

  @Test
  void strangersSeeNoDetailsOfTheHealth() {
    assertThat(get("/health/ready", "").body()).isEqualToIgnoringNewLines("{\"status\":\"ready\"}");
    assertThat(get("/health/ready", basic("bob", "pencil")).body())
        .isEqualToIgnoringNewLines("{\"status\":\"ready\"}");
    assertThat(get("/health/ready", "Bearer " + token).body()).contains("usableBytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer  "})
  void tokenIsAccepted(String scheme) {
    assertThat(get("/metrics", scheme + token).statusCode()).isEqualTo(200);
  }

  @Test
  void passwordIsAccepted() {
    assertThat(get("/metrics", basic("alice", "p\u00e9ncil:x")).statusCode()).isEqualTo(200);
  }

  @Test
  void userWithoutThePermissionGetsTheReason() {
    HttpResponse<String> page = get("/metrics", basic("bob", "pencil"));

    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body()).contains("principal 'bob' is not allowed to metrics the broker");
  }

  @Test
  void everyWrongCredentialGetsTheSameAnswer() {
    HttpResponse<String> wrong = get("/metrics", basic("alice", "pencil"));
    for (String other :
        List.of(basic("mallory", "x"), "Bearer mrt_x", "Bearer a.b.c", "Basic !", "Digest x")) {
      HttpResponse<String> page = get("/metrics", other);

      assertThat(page.statusCode()).as(other).isEqualTo(401);
      assertThat(page.body()).as(other).isEqualTo(wrong.body());
    }
  }

  @Test
  void eachRequestHasItsOwnPrincipal() {
    // The client keeps the connection open.
    assertThat(get("/metrics", "Bearer " + token).statusCode()).isEqualTo(200);
    assertThat(get("/metrics", "").statusCode()).isEqualTo(401);
    assertThat(get("/metrics", "Bearer " + token).statusCode()).isEqualTo(200);
  }

  @Test
  void disabledUserIsRefusedAtOnce() {
    users.add("carol", "pencil");
    String carols = users.token("carol", 0);
    assertThat(get("/metrics", "Bearer " + carols).statusCode()).isEqualTo(403);

    users.disable("carol");

    assertThat(get("/metrics", "Bearer " + carols).statusCode()).isEqualTo(401);
  }

  @Test
  void guessingIsStopped() {
    try (MillraceServer other = TestServers.start(Map.of("security.authentication", "required"))) {
      int checked = 0;
      HttpResponse<String> page = null;
      for (int i = 0; i < 12; i++) {
        page =
            Metrics.send(
                Metrics.request(other, "/metrics")
                    .header("Authorization", "Bearer mrt_" + i)
                    .build());
        checked += page.statusCode() == 401 ? 1 : 0;
      }

      assertThat(checked).isEqualTo(11);
      assertThat(page.statusCode()).isEqualTo(429);
      assertThat(page.headers().firstValue("retry-after")).hasValue("60");
    }
  }

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static HttpResponse<String> get(String path, String authorization) {
    HttpRequest.Builder request = Metrics.request(server, path);
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return Metrics.send(request.build());
  }
}
