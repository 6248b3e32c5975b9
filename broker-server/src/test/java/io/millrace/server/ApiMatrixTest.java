package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.security.Operation;
import io.millrace.security.PermissionText;
import io.millrace.security.Resource.Kind;
import io.millrace.security.Rule;
import io.millrace.security.RuleText;
import io.millrace.server.ApiPermissions.Entry;
import io.millrace.server.ApiPermissions.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every api has exactly one answer for each state of a login and each set of rules. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class ApiMatrixTest {

  private static final String USER = "alice";

  private static MillraceServer server;
  private static AccessUsers users;
  private static String token;
  private static int names;

  private Subject subject;

  @BeforeAll
  static void start() {
    server =
        TestServers.start(
            Map.of("security.authentication", "required", "connections.handshakeTimeout", "1h"));
    users = AccessUsers.of(server).add(USER, "pencil");
    token = users.token(USER, 0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void newNames() {
    String name = "name-" + names++;
    UUID topic = server.broker().createTopic(name, 1, Map.of()).join().id();
    subject = new Subject(name, topic, token);
    rules(List.of());
  }

  static Stream<Api> requests() {
    return Arrays.stream(Api.values()).filter(api -> !api.isPush());
  }

  private static Entry entry(Api api) {
    Entry entry = ApiPermissions.of(api);
    assertThat(entry).as("the entry of %s in ApiPermissions", api).isNotNull();
    return entry;
  }

  private void rules(List<String> permissions) {
    List<Rule> rules =
        permissions.stream()
            .map(each -> each.replace(ApiPermissions.NAME, subject.name()))
            .map(each -> RuleText.parse(USER, each))
            .toList();
    users.access().change(state -> state.withRules(rules));
  }

  private static WireClient loggedIn() {
    WireClient client = WireLogin.connected(server.port());
    WireLogin.message(client, "TOKEN", token);
    return client;
  }

  /** The code of the answer to a request; NONE if it is not refused. */
  private ErrorCode code(WireClient client, Api api) {
    Request request = entry(api).request().apply(subject);
    client.send(request);
    if (api == Api.CREDIT) {
      client.send(new PingRequest()); // a CREDIT has no answer
    }
    WireClient.Received received = client.receive();
    if (received.push() instanceof GoAwayPush away) {
      return away.code();
    }
    return received.response() instanceof ErrorResponse refusal ? refusal.code() : ErrorCode.NONE;
  }

  @ParameterizedTest
  @MethodSource("requests")
  void withoutHello(Api api) {
    try (WireClient client = WireLogin.stranger(server.port())) {
      assertThat(code(client, api))
          .isEqualTo(
              api == Api.HELLO ? ErrorCode.AUTHENTICATION_REQUIRED : ErrorCode.HELLO_EXPECTED);
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void withHelloOnly(Api api) {
    rules(entry(api).permissions());
    try (WireClient client = WireLogin.connected(server.port())) {
      assertThat(code(client, api)).isEqualTo(beforeLogin(api));
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void afterAFailedLogin(Api api) {
    rules(entry(api).permissions());
    try (WireClient client = WireLogin.connected(server.port())) {
      assertThat(WireLogin.message(client, "TOKEN", "mrt_wrong")).isInstanceOf(ErrorResponse.class);
      assertThat(code(client, api)).isEqualTo(beforeLogin(api));
    }
  }

  private static ErrorCode beforeLogin(Api api) {
    return api == Api.PING || api == Api.AUTHENTICATE
        ? ErrorCode.NONE
        : ErrorCode.AUTHENTICATION_REQUIRED;
  }

  @ParameterizedTest
  @MethodSource("requests")
  void withoutAnyRule(Api api) {
    try (WireClient client = loggedIn()) {
      assertThat(code(client, api)).isEqualTo(entry(api).denied());
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void withTheSameRulesForOtherNames(Api api) {
    rules(
        entry(api).permissions().stream()
            .filter(each -> each.contains(ApiPermissions.NAME))
            .map(each -> each.replace(ApiPermissions.NAME, subject.name() + "x"))
            .toList());
    try (WireClient client = loggedIn()) {
      assertThat(code(client, api)).isEqualTo(entry(api).denied());
    }
  }

  /** One permission is missing; every other operation on the same resource is allowed. */
  @ParameterizedTest
  @MethodSource("requests")
  void withEveryOtherRule(Api api) {
    for (String missing : entry(api).permissions()) {
      rules(allBut(missing));
      boolean isDescribe =
          PermissionText.parse(missing).operation() == Operation.DESCRIBE
              && !missing.endsWith(Kind.BROKER.text());
      try (WireClient client = loggedIn()) {
        assertThat(code(client, api))
            .as("without '%s'", missing)
            .isEqualTo(isDescribe ? entry(api).served() : ErrorCode.NOT_AUTHORIZED);
      }
    }
  }

  private static List<String> allBut(String missing) {
    List<String> all = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (Kind kind : Kind.values()) {
        if (operation.appliesTo(kind)) {
          String name = kind == Kind.BROKER ? "" : ":" + ApiPermissions.NAME;
          all.add(operation.text() + " " + kind.text() + name);
        }
      }
    }
    assertThat(all.remove(missing)).isTrue();
    return all;
  }

  @ParameterizedTest
  @MethodSource("requests")
  void withExactlyItsRules(Api api) {
    rules(entry(api).permissions());
    try (WireClient client = loggedIn()) {
      assertThat(code(client, api)).isEqualTo(entry(api).served());
    }
  }
}
