package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.security.RuleText;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every HTTP page has exactly one answer for each state of a login and each set of rules. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class PageMatrixTest {

  private static final List<String> OF_THE_BROKER =
      List.of("describe broker", "metrics broker", "admin broker");

  /**
   * A page.
   *
   * @param permission the rule that it needs; empty: none
   * @param briefForAll whether everybody gets a part of it
   */
  private record Page(String permission, boolean briefForAll) {}

  /** All pages. A new page needs an entry here. */
  private static final Map<String, Page> PAGES =
      new TreeMap<>(
          Map.of(
              "/health/live", new Page("", true),
              "/health/ready", new Page("describe broker", true),
              "/recovery", new Page("describe broker", false),
              "/metrics", new Page("metrics broker", false)));

  private static MillraceServer server;
  private static AccessUsers users;
  private static String token;

  @BeforeAll
  static void start() {
    server = TestServers.start(Map.of("security.authentication", "required"));
    users = AccessUsers.of(server).add("alice", "pencil");
    token = "Bearer " + users.token("alice", 0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void noRules() {
    allow();
  }

  static Set<String> pages() {
    return PAGES.keySet();
  }

  private static void allow(String... permissions) {
    users
        .access()
        .change(
            state ->
                state.withRules(
                    Arrays.stream(permissions)
                        .map(each -> RuleText.parse("alice", each))
                        .toList()));
  }

  private static HttpResponse<String> get(String path, String authorization) {
    HttpRequest.Builder request = Metrics.request(server, path);
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return Metrics.send(request.build());
  }

  private static void assertStatus(String path, String authorization, int otherwise) {
    assertThat(get(path, authorization).statusCode())
        .isEqualTo(PAGES.get(path).briefForAll() ? 200 : otherwise);
  }

  @Test
  void everyPageHasAnEntry() {
    allow(OF_THE_BROKER.toArray(String[]::new));
    String body = get("/", token).body();
    assertThat(Stream.of(body.substring(body.indexOf('/')).strip().split(", ")))
        .containsExactlyInAnyOrderElementsOf(pages());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void withoutACredential(String path) {
    allow(OF_THE_BROKER.toArray(String[]::new));
    assertStatus(path, "", 401);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void withAWrongCredential(String path) {
    allow(OF_THE_BROKER.toArray(String[]::new));
    int status = PAGES.get(path).permission().isEmpty() ? 200 : 401;
    assertThat(get(path, "Bearer mrt_wrong").statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void withoutAnyRule(String path) {
    assertStatus(path, token, 403);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void withEveryOtherRule(String path) {
    List<String> others = new ArrayList<>(OF_THE_BROKER);
    others.remove(PAGES.get(path).permission());
    others.addAll(List.of("read topic:*", "write topic:*", "join group:*"));
    allow(others.toArray(String[]::new));
    assertStatus(path, token, 403);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void withExactlyItsRule(String path) {
    String permission = PAGES.get(path).permission();
    allow(permission.isEmpty() ? new String[0] : new String[] {permission});
    assertThat(get(path, token).statusCode()).isEqualTo(200);
  }
}
