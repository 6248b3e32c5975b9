package io.millrace.server;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.AccessState;
import io.millrace.security.Operation;
import io.millrace.security.Principal;
import io.millrace.security.Resource;
import io.millrace.security.Rule;
import io.millrace.security.RuleText;
import io.millrace.security.User;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.PolicyAuthorizer;
import io.millrace.server.security.Session;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker that decides by rules. The client id of a connection is the name of its principal, so
 * that a test of permissions needs no login. The principal {@code root} may do everything.
 */
final class RuledBroker implements AutoCloseable {

  private static final int MAX_RECORDS_BYTES = 16 * 1024 * 1024;

  private final AccessStore store = AccessStore.open(new MemoryStorage(1 << 20).states());
  private final ByClientId authorizer;
  private final MillraceServer server;

  private RuledBroker(Map<String, String> settings) {
    PolicyAuthorizer rules = new PolicyAuthorizer(MAX_RECORDS_BYTES);
    rules.follow(store);
    authorizer = new ByClientId(rules);
    server = MillraceServer.start(TestServers.config(settings), authorizer);
    change(state -> state);
  }

  static RuledBroker start() {
    return start(Map.of());
  }

  static RuledBroker start(Map<String, String> settings) {
    return new RuledBroker(settings);
  }

  private interface Change {
    List<Rule> of(List<Rule> rules);
  }

  private void change(Change change) {
    store.change(
        state ->
            new AccessState(
                new TreeMap<>(Map.of("root", new User("root", Set.of("admin"), true, List.of()))),
                state.tokens(),
                change.of(state.rules()),
                state.secret()));
  }

  /** Adds rules, such as {@code alice read topic:rides}. A grantee has no space here. */
  RuledBroker allow(String... rules) {
    change(
        before -> {
          List<Rule> after = new ArrayList<>(before);
          for (String rule : rules) {
            after.add(rule(rule));
          }
          return after;
        });
    return this;
  }

  /** Removes a rule. */
  void revoke(String rule) {
    change(before -> before.stream().filter(each -> !each.equals(rule(rule))).toList());
  }

  /** Replaces all rules. */
  void onlyAllow(String... rules) {
    change(before -> List.of(rules).stream().map(RuledBroker::rule).toList());
  }

  private static Rule rule(String text) {
    String[] parts = text.split(" ", 2);
    return RuleText.parse(parts[0], parts[1]);
  }

  WireClient as(String principal) {
    return WireClient.named(principal, server.port());
  }

  TopicInfo create(String name) {
    return create(name, 1);
  }

  TopicInfo create(String name, int partitions) {
    try (WireClient root = as("root")) {
      return root.ask(new CreateTopicRequest(name, partitions, Map.of()), TopicResponse.class)
          .topic();
    }
  }

  /** The refusal of one request of a principal. */
  ErrorResponse refusal(String principal, Request request) {
    try (WireClient client = as(principal)) {
      return client.refusalOf(request);
    }
  }

  /** The code of the answer to one request of a principal; NONE if it is not refused. */
  ErrorCode codeOf(String principal, Request request) {
    try (WireClient client = as(principal)) {
      client.send(request);
      return client.receive().response() instanceof ErrorResponse refusal
          ? refusal.code()
          : ErrorCode.NONE;
    }
  }

  /** How many batches were read because of their sources. */
  int sourceChecks() {
    return authorizer.sourceChecks.get();
  }

  MillraceServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }

  private static final class ByClientId implements Authorizer {

    private final Authorizer rules;
    private final AtomicInteger sourceChecks = new AtomicInteger();

    ByClientId(Authorizer rules) {
      this.rules = rules;
    }

    private static Session named(Session session) {
      return new Session(new Principal(session.clientId()), session.remoteAddress());
    }

    @Override
    public boolean allows(Session session, Operation operation, Resource resource) {
      return rules.allows(named(session), operation, resource);
    }

    @Override
    public boolean allowsPrefix(
        Session session, Operation operation, Resource.Kind kind, String text) {
      return rules.allowsPrefix(named(session), operation, kind, text);
    }

    @Override
    public boolean limitsSources(Session session, String topic) {
      return rules.limitsSources(named(session), topic);
    }

    @Override
    public void requireSources(Session session, String topic, ByteBuffer batch)
        throws BrokerException {
      sourceChecks.incrementAndGet();
      rules.requireSources(named(session), topic, batch);
    }

    @Override
    public void require(Session session, Operation operation, Resource resource) {
      rules.require(named(session), operation, resource);
    }

    @Override
    public void onChange(Runnable listener) {
      rules.onChange(listener);
    }
  }
}
