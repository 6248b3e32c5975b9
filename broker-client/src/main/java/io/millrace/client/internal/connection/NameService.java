package io.millrace.client.internal.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The name service of the system. Thread-safe. */
@FunctionalInterface
public interface NameService {

  /** Looks up all addresses of a host; blocks. */
  List<InetAddress> find(String host) throws UnknownHostException;

  /** The name service that the JDK uses. */
  static NameService ofSystem() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
