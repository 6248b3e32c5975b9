package io.millrace.server.security;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.security.Resource.Kind;
import java.nio.ByteBuffer;

/**
 * Decides whether a session may do an operation. Every listener asks it before it serves a request.
 * Called on event loops: must not block. Any thread.
 */
public interface Authorizer {

  /** Whether the session may do the operation on the resource. */
  boolean allows(Session session, Operation operation, Resource resource);

  /**
   * Whether the session may do the operation on every resource whose name begins with a text. The
   * topics of the broker do not count, unless the text begins as their names do.
   */
  boolean allowsPrefix(Session session, Operation operation, Kind kind, String text);

  /** Whether {@link #requireSources} has to be asked about what the session appends to a topic. */
  boolean limitsSources(Session session, String topic);

  /**
   * Checks that the session may append events of the sources in a batch. Reads every record: the
   * filter in the header is what the client says.
   *
   * @param batch as the client has sent it, from its position to its limit. Is not changed
   * @throws BrokerException {@code SOURCE_NOT_ALLOWED}
   * @throws io.millrace.protocol.record.InvalidBatchException if the batch cannot be read
   */
  void requireSources(Session session, String topic, ByteBuffer batch);

  /**
   * Adds a listener, which is called after the answers may have changed for sessions that are open.
   *
   * @param listener must not block; called on any thread
   */
  void onChange(Runnable listener);

  /**
   * Checks that the session may do the operation on the resource.
   *
   * @throws BrokerException {@code NOT_AUTHORIZED} if it may not
   * @throws HiddenResourceException if it may not, and does not know that the resource exists
   */
  default void require(Session session, Operation operation, Resource resource) {
    if (allows(session, operation, resource)) {
      return;
    }
    boolean visible =
        resource.kind() == Kind.BROKER
            || operation.mayCreate()
            || operation != Operation.DESCRIBE && allows(session, Operation.DESCRIBE, resource);
    BrokerException denial = denial(session, operation, resource.text());
    throw visible ? denial : new HiddenResourceException(resource, denial);
  }

  /** The refusal of an operation for which {@link #require} was not asked. */
  default BrokerException deny(Session session, Operation operation, String what) {
    return denial(session, operation, what);
  }

  /** The rule that allows an operation, as text; empty if rules do not decide. */
  default String ruleOf(Session session, Operation operation, Resource resource) {
    return "";
  }

  /**
   * The refusal of an operation.
   *
   * @param what the object of the operation, as a part of a sentence
   */
  static BrokerException denial(Session session, Operation operation, String what) {
    return new BrokerException(
        ErrorCode.NOT_AUTHORIZED,
        "principal "
            + Quoted.text(session.principal().name())
            + " is not allowed to "
            + verb(operation)
            + " "
            + what);
  }

  private static String verb(Operation operation) {
    return switch (operation) {
      case METRICS -> "read the metrics of";
      case ADMIN -> "administer";
      case READ, WRITE, CREATE, ALTER, DELETE, DESCRIBE, JOIN, RESET -> operation.text();
    };
  }

  /** Allows every operation to every session. */
  static Authorizer allowAll() {
    return new AllowAll();
  }
}
