package io.millrace.server;

import io.millrace.protocol.EpochMicros;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.metrics.ServerMetrics;
import io.millrace.server.security.AccessService;
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
final class OpenAccess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenAccess.class);

  private final LazyAccess access;
  private final AccessService service;
  private final Optional<Authentication> authentication;

  private OpenAccess(
      LazyAccess access, AccessService service, Optional<Authentication> authentication) {
    this.access = access;
    this.service = service;
    this.authentication = authentication;
  }

  /**
   * Loads the users if clients must log in, or if the settings name a first administrator. Blocks.
   *
   * @param storage closed if this fails
   */
  static OpenAccess open(
      LogStorage storage, SecuritySettings settings, InstantSource clock, ServerMetrics metrics) {
    LazyAccess access = new LazyAccess(storage.states());
    AccessService service = new AccessService(access, () -> EpochMicros.of(clock.instant()));
    try {
      if (settings.bootstrap().isPresent()) { // no lambda: it would load the class
        BootstrapUser.createIfThereAreNoUsers(access.get(), settings.bootstrap().get());
      }
      return new OpenAccess(
          access,
          service,
          isRequired(settings)
              ? Optional.of(authentication(access.get(), settings, clock, metrics))
              : Optional.empty());
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
              + " millrace user add admin --role admin --data-dir DIR\"");
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

  /** Carries out requests about them. */
  AccessService service() {
    return service;
  }

  /** Refuses new requests, and waits for those that are being served. */
  @Override
  public void close() {
    service.close();
  }
}
