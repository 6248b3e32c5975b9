package io.millrace.server.security;

import io.millrace.security.Operation;
import io.millrace.security.Resource;
import java.nio.ByteBuffer;

/** An authorizer that a test replaces by a lambda. It does not limit prefixes and sources. */
@FunctionalInterface
public interface TestAuthorizer extends Authorizer {

  @Override
  default boolean allowsPrefix(
      Session session, Operation operation, Resource.Kind kind, String text) {
    return true;
  }

  @Override
  default boolean limitsSources(Session session, String topic) {
    return false;
  }

  @Override
  default void requireSources(Session session, String topic, ByteBuffer batch) {}

  @Override
  default void onChange(Runnable listener) {}
}
