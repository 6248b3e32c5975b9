package io.millrace.server;

import io.millrace.protocol.EpochMicros;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.metrics.ServerMetrics;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.LazyAccess;
import io.millrace.server.settings.SecuritySettings;
import io.millrace.storage.LogStorage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users, tokens and rules of an open storage, and the authentication of clients if the
 * configuration requires it. Any thread.
 */
final class OpenAccess {

  private static final Logger LOG = LoggerFactory.getLogger(OpenAccess.class);

  private final LazyAccess access;
  private final Optional<Authentication> authentication;

  private OpenAccess(LazyAccess access, Optional<Authentication> authentication) {
    this.access = access;
    this.authentication = authentication;
  }

  /**
   * Loads the users if clients must log in. Blocks.
   *
   * @param storage closed if this fails
   */
  static OpenAccess open(
      LogStorage storage, SecuritySettings settings, InstantSource clock, ServerMetrics metrics) {
    LazyAccess access = new LazyAccess(storage.states());
    if (!isRequired(settings)) {
      return new OpenAccess(access, Optional.empty());
    }
    try {
      return new OpenAccess(
          access, Optional.of(authentication(access.get(), settings, clock, metrics)));
    } catch (RuntimeException | Error e) {
      storage.close();
      throw e;
    }
  }

  /** Whether clients must log in. */
  static boolean isRequired(SecuritySettings settings) {
    return settings.authentication() == SecuritySettings.Authentication.REQUIRED;
  }

  private static Authentication authentication(
      AccessStore users, SecuritySettings settings, InstantSource clock, ServerMetrics metrics) {
    users.create();
    if (users.current().users().isEmpty()) {
      LOG.warn(
          "event=no_users reason=\"security.authentication is required and there are no users:"
              + " nobody can log in with a password or a token\" next=\"stop the broker, then:"
              + " millrace user add admin --role admin\"");
    }
    return new Authentication(
        users,
        settings.allowInsecure().contains(SecuritySettings.Insecure.PLAINTEXT),
        () -> EpochMicros.of(clock.instant()),
        List.of(),
        List.of(metrics.authentications()));
  }

  /** Empty if clients need not log in. */
  Optional<Authentication> authentication() {
    return authentication;
  }

  /** The users, tokens and rules. The first call may block. */
  AccessStore access() {
    return access.get();
  }
}
