package io.millrace.server.config;

import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SettingValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks that no two listeners have the same host and port. The system would refuse the second one
 * too, but its error does not say that the first one is a listener of the same broker. One thread.
 */
final class DistinctAddresses {

  /** Hosts that stand for every address of the machine. */
  private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::", "*");

  /** Names of the loopback address; other host names are compared as text, not resolved. */
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

  private final SettingValues settings;
  private final List<ListenAddress> taken = new ArrayList<>();

  DistinctAddresses(SettingValues settings) {
    this.settings = settings;
  }

  /**
   * Adds the address of a listener.
   *
   * @throws ConfigException if an earlier listener has it
   */
  void add(ListenAddress address) {
    for (ListenAddress earlier : taken) {
      if (address.port() != 0 && address.port() == earlier.port() && overlap(address, earlier)) {
        throw taken(address, earlier);
      }
    }
    taken.add(address);
  }

  private static boolean overlap(ListenAddress one, ListenAddress other) {
    return one.host().equalsIgnoreCase(other.host())
        || ALL_ADDRESSES.contains(one.host())
        || ALL_ADDRESSES.contains(other.host())
        || (LOOPBACK.contains(one.host()) && LOOPBACK.contains(other.host()));
  }

  /** The exception has the key of a port that the user gave, so that it can name its origin. */
  private ConfigException taken(ListenAddress address, ListenAddress earlier) {
    boolean given = settings.isGiven(address.portKey());
    ListenAddress wrong = given ? address : earlier;
    ListenAddress other = given ? earlier : address;
    return new ConfigException(
        wrong.portKey(),
        wrong.portKey()
            + " is "
            + wrong.port()
            + ", and "
            + other.portKey()
            + " is too; each listener needs its own port, so change one of them");
  }
}
