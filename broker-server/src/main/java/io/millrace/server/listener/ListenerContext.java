package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.server.security.Authorizer;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.status.PageRoute;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the server gives to a listener when it opens it. The listener closes none of it. Any thread.
 */
public interface ListenerContext {

  /** The broker: complete for a listener that opens after the recovery. */
  CompletableFuture<Broker> broker();

  /** The event loops that all listeners share, which are also the owners of the partitions. */
  EventLoops loops();

  /** The settings that hold for the clients of all listeners. */
  ClientSettings clientSettings();

  /** Decides what a client may do. A listener asks it before it serves a request. */
  Authorizer authorizer();

  /** Counts connections and requests for metrics. */
  ListenerObserver observer();

  /** The reports of the server about itself, by HTTP path. */
  Map<String, PageRoute> pages();

  /** The addresses of a listener that is open already; empty if there is none of this name. */
  List<ListenAddress> addressesOf(String listener);

  /** The version of the server's software. */
  String softwareVersion();
}
