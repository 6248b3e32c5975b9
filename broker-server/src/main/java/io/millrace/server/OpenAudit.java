package io.millrace.server;

import io.millrace.core.Broker;
import io.millrace.server.audit.AuditEvent;
import io.millrace.server.audit.AuditWriter;
import io.millrace.server.audit.AuditedAuthorizer;
import io.millrace.server.audit.AuditedLogins;
import io.millrace.server.audit.BrokerEvents;
import io.millrace.server.audit.ListenerAudit;
import io.millrace.server.authentication.AuthenticationObserver;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.metrics.ServerMetrics;
import io.millrace.server.security.Authorizer;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The audit log of a server. Made if the configuration has switched it on; without it, no class of
 * it is loaded. What comes before it is open is not recorded. Any thread.
 */
final class OpenAudit implements AutoCloseable {

  private final ServerConfig config;
  private final CompletableFuture<Broker> broker;

  /** Null until the storage is open. */
  private volatile AuditWriter writer;

  /**
   * An audit log that is not open yet.
   *
   * @param broker completes when the broker is open
   */
  OpenAudit(ServerConfig config, CompletableFuture<Broker> broker) {
    this.config = config;
    this.broker = broker;
  }

  /** Opens the log. The data directory exists, if the engine has one. */
  void open(InstantSource clock, ServerMetrics metrics) {
    AuditWriter opened =
        AuditWriter.open(
            config.audit(),
            config.dataDir(),
            () -> broker.thenCompose(open -> open.openAuditTopic(config.audit().topicRetention())),
            clock);
    metrics.watch(opened.counters());
    writer = opened;
  }

  /** Records what an authorizer denies. */
  Authorizer authorizer(Authorizer authorizer) {
    return new AuditedAuthorizer(authorizer, this::record);
  }

  /** Records logins. */
  AuthenticationObserver logins() {
    return new AuditedLogins(this::record);
  }

  /** The log as listeners use it. */
  ListenerAudit forListeners() {
    return new ListenerAudit(this::record, config.audit().data());
  }

  void started(String addresses) {
    record(
        BrokerEvents.started(
            addresses
                + "; authentication="
                + config.security().authentication().name().toLowerCase(Locale.ROOT)
                + " tls="
                + (config.usesTls() ? "on" : "off")
                + " allowInsecure="
                + config.security().allowInsecure()));
  }

  void stopped() {
    record(BrokerEvents.stopped());
  }

  private void record(AuditEvent event) {
    AuditWriter open = writer;
    if (open != null) {
      open.record(event);
    }
  }

  /** Writes what was recorded. Blocks. */
  @Override
  public void close() {
    AuditWriter open = writer;
    if (open != null) {
      open.close();
    }
  }
}
