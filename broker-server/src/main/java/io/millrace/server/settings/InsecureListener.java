package io.millrace.server.settings;

import io.millrace.server.settings.SecuritySettings.Insecure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A listener that other machines can reach, and that lacks TLS or authentication. Immutable.
 *
 * @param listener name of the listener
 * @param reachable the first of its addresses that is not a loopback address
 * @param lacks what it lacks; not empty
 */
public record InsecureListener(
    String listener, ListenAddress address, String reachable, Set<Insecure> lacks) {

  /** Copies the set. */
  public InsecureListener {
    lacks = Collections.unmodifiableSet(EnumSet.copyOf(lacks));
  }

  /**
   * Judges an address of a listener. Blocks while its host name is resolved.
   *
   * @param lacks what the listener lacks
   * @return empty if it lacks nothing, or if the name resolves to loopback addresses only, or not
   *     at all: then it cannot be bound
   */
  public static Optional<InsecureListener> of(
      String listener, ListenAddress address, Set<Insecure> lacks) {
    return lacks.isEmpty()
        ? Optional.empty()
        : reachable(address.host())
            .map(reachable -> new InsecureListener(listener, address, reachable, lacks));
  }

  /** The wildcard address is not a loopback address. */
  private static Optional<String> reachable(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .filter(each -> !each.isLoopbackAddress())
          .map(InetAddress::getHostAddress)
          .findFirst();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** What the listener lacks, as a part of a sentence. */
  public String lacksText() {
    if (lacks.size() > 1) {
      return "neither TLS nor authentication";
    }
    return lacks.contains(Insecure.PLAINTEXT) ? "no TLS" : "no authentication";
  }
}
