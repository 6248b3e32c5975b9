package io.millrace.server.security;

import io.millrace.security.Operation;
import io.millrace.security.Resource;
import java.nio.ByteBuffer;

/** The authorizer of a broker without authentication: every session may do everything. */
final class AllowAll implements Authorizer {

  @Override
  public boolean allows(Session session, Operation operation, Resource resource) {
    return true;
  }

  @Override
  public boolean allowsPrefix(
      Session session, Operation operation, Resource.Kind kind, String text) {
    return true;
  }

  @Override
  public boolean limitsSources(Session session, String topic) {
    return false;
  }

  @Override
  public void requireSources(Session session, String topic, ByteBuffer batch) {}

  @Override
  public void onChange(Runnable listener) {}
}
