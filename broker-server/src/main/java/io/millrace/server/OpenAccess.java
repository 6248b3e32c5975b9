package io.millrace.server;

import io.millrace.protocol.EpochMicros;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.authentication.AuthenticationMechanism;
import io.millrace.server.authentication.AuthenticationObserver;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.LazyAccess;
import io.millrace.server.security.oidc.JwtVerifier;
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
  private final Optional<JwtVerifier> tokens;

  private OpenAccess(
      LazyAccess access,
      AccessService service,
      Optional<Authentication> authentication,
      Optional<JwtVerifier> tokens) {
    this.access = access;
    this.service = service;
    this.authentication = authentication;
    this.tokens = tokens;
  }

  /**
   * Loads the users if clients must log in, or if the settings name a first administrator. Blocks.
   *
   * @param storage closed if this fails
   * @param observers learn of logins
   */
  static OpenAccess open(
      LogStorage storage,
      ServerConfig config,
      InstantSource clock,
      List<AuthenticationObserver> observers) {
    LazyAccess access = new LazyAccess(storage.states());
    AccessService service = new AccessService(access, () -> EpochMicros.of(clock.instant()));
    try {
      if (config.security().bootstrap().isPresent()) { // no lambda: it would load the class
        BootstrapUser.createIfThereAreNoUsers(access.get(), config.security().bootstrap().get());
      }
      if (!config.authenticationRequired()) {
        return new OpenAccess(access, service, Optional.empty(), Optional.empty());
      }
      return open(access, service, config, clock, observers);
    } catch (RuntimeException | Error e) {
      storage.close();
      throw e;
    }
  }

  private static OpenAccess open(
      LazyAccess access,
      AccessService service,
      ServerConfig config,
      InstantSource clock,
      List<AuthenticationObserver> observers) {
    AccessStore users = access.get();
    users.create();
    if (users.current().users().isEmpty()) {
      LOG.warn(
          "event=no_users reason=\"security.authentication is required and there are no users:"
              + " nobody can log in with a password or a token\" next=\"stop the broker, then:"
              + " millrace user add admin --role admin --data-dir DIR\"");
    }
    Optional<JwtVerifier> tokens = Optional.empty();
    List<AuthenticationMechanism> more = List.of();
    if (config.oidc().isEnabled()) {
      JwtVerifier verifier = JwtVerifier.open(config.oidc(), clock);
      tokens = Optional.of(verifier);
      more = List.of(verifier.mechanism(users));
    }
    Authentication authentication =
        new Authentication(
            users,
            config.security().allowInsecure().contains(SecuritySettings.Insecure.PLAINTEXT),
            () -> EpochMicros.of(clock.instant()),
            more,
            observers);
    return new OpenAccess(access, service, Optional.of(authentication), tokens);
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
    if (tokens.isPresent()) { // no lambda: it would load the class without an issuer
      tokens.get().close();
    }
  }
}
