package io.millrace.spring;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the broker is. Default: the property {@code millrace.server}. A test replaces it with the
 * address of its own broker: {@code broker::address}.
 */
@FunctionalInterface
public interface MillraceConnectionDetails extends ConnectionDetails {

  /** The address of the broker: {@code host:port}, {@code host}, or {@code [IPv6]:port}. */
  String server();
}
