package io.millrace.server;

import io.millrace.server.settings.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;

/**
 * Checks that an address can be bound, some time before a listener binds it. A start whose port is
 * in use then fails at once, and not after the recovery of all logs.
 */
final class FreePort {

  private FreePort() {}

  /**
   * Binds an address and releases it. Blocks while the host name is resolved.
   *
   * @throws StartException if the address cannot be bound
   */
  static void require(ListenAddress address) {
    // Not a listening socket: a client that connects in this moment would take it for the broker.
    try (SocketChannel channel = SocketChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address.host(), address.port()));
    } catch (IOException | UnresolvedAddressException e) {
      throw StartException.listen(address, e);
    }
  }
}
