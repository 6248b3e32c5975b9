package io.millrace.server;

import io.millrace.core.Broker;
import io.millrace.core.BrokerClock;
import io.millrace.server.audit.ListenerAudit;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.authentication.AuthenticationObserver;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.metrics.ServerMetrics;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.PolicyAuthorizer;
import io.millrace.server.settings.TlsMode;
import io.millrace.server.tls.ListenerTls;
import io.millrace.server.tls.TlsContexts;
import io.millrace.server.tls.TlsReload;
import io.millrace.storage.LogStorage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What keeps strangers out of a running server: TLS, the users with their rules, the authentication
 * of clients, and the audit log. What the configuration does not switch on is absent, and none of
 * its classes is loaded: therefore there are conditions here in the place of lambdas. Any thread.
 */
final class OpenSecurity {

  private final ServerConfig config;
  private final BrokerClock clock;
  private final ServerMetrics metrics;
  private final Authorizer authorizer;

  /** Empty without an audit log. */
  private final Optional<OpenAudit> audit;

  /** Set when the storage is open; null before. */
  private volatile OpenAccess access;

  /** Set before the first listener opens; empty if no listener uses TLS. */
  private volatile Optional<TlsContexts> tls = Optional.empty();

  /**
   * Nothing of it is open yet.
   *
   * @param broker completes when the broker is open
   * @param authorizer decides in the place of the rules; empty: what the configuration says
   */
  OpenSecurity(
      ServerConfig config,
      BrokerClock clock,
      ServerMetrics metrics,
      CompletableFuture<Broker> broker,
      Optional<Authorizer> authorizer) {
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
    this.authorizer = authorizer.orElseGet(() -> byConfiguration(config));
    audit = config.isAudited() ? Optional.of(new OpenAudit(config, broker)) : Optional.empty();
  }

  /** With authentication, one that denies everything until the rules are loaded. */
  private static Authorizer byConfiguration(ServerConfig config) {
    return config.authenticationRequired()
        ? new PolicyAuthorizer(
            Math.toIntExact(config.clientSettings().limits().maxUncompressedBatchBytes()))
        : Authorizer.allowAll();
  }

  /**
   * Reads the certificate, if a listener uses TLS. Before the first listener opens.
   *
   * @throws StartException if it cannot be used
   */
  void openTls() {
    if (config.usesTls()) {
      tls = Optional.of(OpenTls.contexts(config.tls(), clock));
      metrics.watch(tls.get());
    }
  }

  /**
   * Opens the audit log and loads the users. Blocks.
   *
   * @param storage closed if this fails
   */
  void open(LogStorage storage) {
    if (audit.isPresent()) {
      audit.get().open(clock, metrics);
    }
    access = OpenAccess.open(storage, config, clock, loginObservers());
    if (config.authenticationRequired() && authorizer instanceof PolicyAuthorizer byRules) {
      byRules.follow(access.access());
    }
  }

  private List<AuthenticationObserver> loginObservers() {
    if (!config.authenticationRequired()) {
      return List.of();
    }
    return audit.isPresent()
        ? List.of(metrics.authentications(), audit.get().logins())
        : List.of(metrics.authentications());
  }

  /** Records that the server serves. */
  void started(String addresses) {
    if (audit.isPresent()) {
      audit.get().started(addresses);
    }
  }

  /** Records that the server stops. */
  void stopped() {
    if (audit.isPresent()) {
      audit.get().stopped();
    }
  }

  /** Decides about each request, and records what it denies. */
  Authorizer authorizer() {
    return audit.isPresent() ? audit.get().authorizer(authorizer) : authorizer;
  }

  /** Empty without an audit log. */
  Optional<ListenerAudit> listenerAudit() {
    return audit.isPresent() ? Optional.of(audit.get().forListeners()) : Optional.empty();
  }

  /** Empty if clients need not log in, and before the users are loaded. */
  Optional<Authentication> authentication() {
    OpenAccess open = access;
    return open == null ? Optional.empty() : open.authentication();
  }

  /** The users, tokens and rules. The first call may block. */
  AccessStore users() {
    return access.access();
  }

  /** Carries out requests about them. */
  AccessService accessService() {
    return access.service();
  }

  /** The TLS of a listener; empty if the listener does without. */
  Optional<ListenerTls> tls(String listener, TlsMode mode, String protocol) {
    return mode.isOn(config.tls().hasCertificate())
        ? Optional.of(OpenTls.listener(tls.get(), listener, protocol))
        : Optional.empty();
  }

  /** Reads the files of TLS again; empty if no listener uses TLS. Blocks. */
  Optional<TlsReload> reloadTls() {
    return tls.map(TlsContexts::reload);
  }

  /** As {@link #reloadTls}, with the outcome in words. */
  List<String> reload() {
    return reloadTls()
        .map(OpenSecurity::text)
        .orElse(List.of("nothing to load: no listener has TLS"));
  }

  private static List<String> text(TlsReload reload) {
    String certificate = reload.subject() + ", which expires at " + reload.expiry();
    return List.of(
        reload
            .problem()
            .map(
                problem ->
                    "the certificate was not changed: " + problem + "; it is still " + certificate)
            .orElse("new connections get the certificate of " + certificate));
  }

  /** Ends with the listeners, which use it; null before the storage is open. */
  AutoCloseable access() {
    return access;
  }

  /** Ends after the last request; null without an audit log. */
  AutoCloseable audit() {
    return audit.orElse(null);
  }

  /** Ends after the last listener; null without TLS. */
  AutoCloseable tls() {
    return tls.orElse(null);
  }
}
