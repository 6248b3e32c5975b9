package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.GroupSummary;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Operation;
import io.millrace.security.Principal;
import io.millrace.security.Resource;
import io.millrace.server.security.Session;
import io.millrace.server.security.TestAuthorizer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every listener asks the authorizer before it serves a request. {@link ApiMatrixTest} has the
 * permissions of all apis.
 */
@ExtendWith(NoLeaks.class)
class AuthorizationTest {

  private static JoinGroupRequest join(String group) {
    return new JoinGroupRequest(
        group,
        "m",
        "",
        60_000_000,
        0,
        GroupAssignor.AS_THE_GROUP,
        new GroupSubscription(1, List.of("topic-of-a-group"), ""));
  }

  private static OpenQueueRequest openQueue(String group, String deadLetterTopic) {
    return new OpenQueueRequest(
        1,
        group,
        "topic-of-a-queue",
        new UUID(1, 2),
        OpenQueueRequest.NO_LOCK,
        new QueueSettingsInfo(
            0,
            0,
            -1,
            -1,
            QueueDeadLetters.NAMED_TOPIC,
            deadLetterTopic,
            QueueOrdering.AS_THE_QUEUE));
  }

  private static volatile TestAuthorizer authorizer;
  private static MillraceServer server;

  @BeforeAll
  static void startServer() {
    server =
        MillraceServer.start(
            TestServers.config(Map.of()),
            (TestAuthorizer)
                (session, operation, resource) -> authorizer.allows(session, operation, resource));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void allowAll() {
    authorizer = (session, operation, resource) -> true;
  }

  @Test
  void aMemberMustBeAllowedToReadTheTopicsThatItNames() {
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              !resource.equals(Resource.topic("topic-of-a-group")) || operation != Operation.READ;
      assertThat(client.refusalOf(join("reader")).message())
          .isEqualTo("principal 'anonymous' is not allowed to read topic 'topic-of-a-group'");
    }
  }

  @Test
  void aConsumerOfAQueueMustBeAllowedToReadItsTopicAndToWriteDeadLetters() {
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              !resource.equals(Resource.topic("topic-of-a-queue")) || operation != Operation.READ;
      assertThat(client.refusalOf(openQueue("workers", "")).message())
          .isEqualTo("principal 'anonymous' is not allowed to read topic 'topic-of-a-queue'");
      authorizer =
          (session, operation, resource) ->
              operation != Operation.WRITE && operation != Operation.CREATE;
      assertThat(client.refusalOf(openQueue("workers", "")).code())
          .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
      assertThat(client.refusalOf(openQueue("workers", "letters")).message())
          .isEqualTo("principal 'anonymous' is not allowed to write topic 'letters'");
      authorizer = (session, operation, resource) -> operation != Operation.CREATE;
      assertThat(client.refusalOf(openQueue("workers", "letters")).message())
          .isEqualTo("principal 'anonymous' is not allowed to create topic 'letters'");
    }
  }

  @Test
  void aSubscriptionOfAMemberNeedsAPermissionOnTheGroup() {
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic = create(client, "read-by-a-group");
      authorizer = (session, operation, resource) -> resource.kind() != Resource.Kind.GROUP;
      SubscribeRequest subscribe =
          new SubscribeRequest(
              1,
              topic.id(),
              0,
              StartKind.LATEST,
              0,
              IsolationLevel.LATEST,
              1,
              List.of(),
              "",
              "secret",
              "m",
              1);
      ErrorResponse refusal = client.answerTo(client.send(2, subscribe), ErrorResponse.class);
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aGroupThatMayNotBeDescribedIsNotListed() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.ask(join("unlisted"), JoinGroupResponse.class);
      client.ask(join("listed"), JoinGroupResponse.class);
      authorizer =
          (session, operation, resource) ->
              operation != Operation.DESCRIBE || !resource.name().equals("unlisted");
      assertThat(client.ask(new ListGroupsRequest(), ListGroupsResponse.class).groups())
          .extracting(GroupSummary::group)
          .contains("listed")
          .doesNotContain("unlisted");
    }
  }

  @Test
  void theStateOfTheBrokerNeedsAPermissionOnTheBroker() {
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              operation == Operation.DESCRIBE && resource.kind() == Resource.Kind.BROKER;
      assertThat(codeOf(client, new DescribeBrokerRequest())).isEqualTo(ErrorCode.NONE);

      authorizer = (session, operation, resource) -> resource.kind() != Resource.Kind.BROKER;
      ErrorResponse refusal = client.refusalOf(new DescribeBrokerRequest());
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(refusal.message())
          .isEqualTo("principal 'anonymous' is not allowed to describe the broker");
    }
  }

  @Test
  void aTopicThatMayNotBeDescribedIsNotListed() {
    try (WireClient client = WireClient.hello(server.port())) {
      create(client, "unlisted");
      create(client, "listed");
      authorizer =
          (session, operation, resource) ->
              operation != Operation.DESCRIBE || !resource.name().equals("unlisted");

      assertThat(client.ask(new ListTopicsRequest(), ListTopicsResponse.class).topics())
          .extracting(TopicInfo::name)
          .contains("listed")
          .doesNotContain("unlisted");
    }
  }

  @Test
  void theSessionSaysWhoTheClientIs() {
    Session[] asked = new Session[1];
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) -> {
            asked[0] = session;
            return true;
          };
      create(client, "of-a-session");

      assertThat(asked[0].principal()).isEqualTo(Principal.ANONYMOUS);
      assertThat(asked[0].clientId()).isEqualTo("test-client");
      assertThat(((InetSocketAddress) asked[0].remoteAddress()).getPort())
          .isEqualTo(client.socket().getLocalPort());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/recovery"})
  void aPageNeedsAPermissionOnTheBroker(String path) {
    assertThat(Metrics.get(server, path).statusCode()).isEqualTo(200);

    authorizer = (session, operation, resource) -> resource.kind() != Resource.Kind.BROKER;

    assertThat(Metrics.get(server, path).statusCode()).isEqualTo(403);
    assertThat(Metrics.get(server, path).body())
        .startsWith("principal 'anonymous' is not allowed to ")
        .endsWith(" the broker\n");
  }

  @Test
  void everyPageButThoseOfProbesNeedsAPermission() {
    authorizer = (session, operation, resource) -> false;

    String pages = Metrics.get(server, "/").body();
    assertThat(pages).contains("/health/live, /health/ready, /metrics, /recovery");
    for (String path : pages.substring(pages.indexOf('/')).strip().split(", ")) {
      assertThat(Metrics.get(server, path).statusCode())
          .as(path)
          .isEqualTo(path.startsWith("/health/") ? 200 : 403);
    }
  }

  private static TopicInfo create(WireClient client, String name) {
    return client.ask(new CreateTopicRequest(name, 1, Map.of()), TopicResponse.class).topic();
  }

  /** The code of the answer to a request; NONE if it is not refused. */
  private static ErrorCode codeOf(WireClient client, Request request) {
    client.send(request);
    return client.receive().response() instanceof ErrorResponse refusal
        ? refusal.code()
        : ErrorCode.NONE;
  }
}
