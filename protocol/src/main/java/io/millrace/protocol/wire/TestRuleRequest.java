package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Asks what the rules say about one operation. It is not carried out.
 *
 * @param principal the name of a user, or {@code role:NAME}
 * @param operation such as {@code read}
 * @param resource such as {@code topic:rides}, {@code group:billing} or {@code broker}
 * @param source of an event to write; empty: any
 */
public record TestRuleRequest(String principal, String operation, String resource, String source)
    implements Request {

  public TestRuleRequest {
    Objects.requireNonNull(principal, "principal");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(source, "source");
  }

  static TestRuleRequest decode(WireReader in) {
    return new TestRuleRequest(
        in.string("principal"), in.string("operation"), in.string("resource"), in.string("source"));
  }

  @Override
  public Api api() {
    return Api.TEST_RULE;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(principal);
    out.string(operation);
    out.string(resource);
    out.string(source);
  }
}
