package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.server.audit.ListenerAudit;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.quota.Quotas;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Authorizer;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.TlsMode;
import io.millrace.server.status.BrokerSummary;
import io.millrace.server.status.PageRoute;
import io.millrace.server.tls.ListenerTls;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The parts of the server that a listener uses. The listener closes none of them. Any thread. */
public interface ListenerContext {

  /** The broker. The future is complete for a listener that opens after the recovery. */
  CompletableFuture<Broker> broker();

  /** The event loops that all listeners share. They are the owners of the partitions. */
  EventLoops loops();

  /** The settings that hold for the clients of all listeners. */
  CommonClientSettings clientSettings();

  /** Decides about each request. A listener asks it before it serves the request. */
  Authorizer authorizer();

  /** Carries out requests about users, tokens and rules. */
  AccessService accessService();

  /**
   * Loads certificates again. May block.
   *
   * @return what happened, in words
   */
  List<String> reload();

  /**
   * The quotas of clients and sources; empty without quotas in the configuration. Call when the
   * broker is open.
   */
  Optional<Quotas> quotas();

  /** The audit log; empty if it is off. Call when the broker is open. */
  Optional<ListenerAudit> audit();

  /**
   * The authentication of clients; empty if the configuration requires none. Call when the broker
   * is open; a listener that serves during the recovery finds it empty until the users are loaded.
   */
  Optional<Authentication> authentication();

  /** Whether the configuration requires that clients authenticate. */
  boolean authenticationRequired();

  /**
   * The users, tokens and rules. Without authentication, the first call loads them, and blocks.
   * Call when the broker is open.
   *
   * @throws StorageException if they cannot be loaded
   */
  AccessStore access();

  /**
   * The TLS of a listener.
   *
   * @param listener name of the listener
   * @param mode the setting of the listener
   * @param protocol the protocol of the listener, as ALPN names it
   * @return empty if the listener does not use TLS
   */
  Optional<ListenerTls> tls(String listener, TlsMode mode, String protocol);

  /** Counts connections and requests for metrics. */
  ListenerObserver observer();

  /** The status pages of the server, by HTTP path. */
  Map<String, PageRoute> pages();

  /** The state of the whole broker now. Call when the broker is open; does not block. */
  BrokerSummary summary();

  /** The addresses of a listener that is already open; empty if no open listener has this name. */
  List<ListenAddress> addressesOf(String listener);

  /** The version of the server's software. */
  String softwareVersion();
}
