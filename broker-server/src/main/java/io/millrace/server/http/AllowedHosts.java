package io.millrace.server.http;

import io.millrace.server.settings.ConfigException;
import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hosts that requests may name: every IP address, {@code localhost}, the host that the listener
 * is bound to, and those of the setting. A web page of a stranger can have a browser send requests
 * to this broker, under a name of the stranger that resolves to the broker's address (DNS
 * rebinding). Such a request names the stranger's host, and is refused. Immutable.
 */
public record AllowedHosts(Set<String> names) {

  static final String KEY = "http.allowedHosts";

  private static final String LOCALHOST = "localhost";
  private static final String ANY = "*";
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
  private static final Pattern PORT = Pattern.compile("(:[0-9]{0,5})?");

  public AllowedHosts {
    names = Set.copyOf(names);
  }

  /**
   * Reads the setting.
   *
   * @param setting host names with commas between them
   * @param boundHost the host that the listener is bound to
   * @throws ConfigException if an entry is not a host name
   */
  public static AllowedHosts of(String setting, String boundHost) {
    Set<String> given =
        Arrays.stream(setting.split(",", -1))
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (String entry : given) {
      if (!entry.equals(ANY) && !NAME.matcher(entry).matches()) {
        throw new ConfigException(
            KEY,
            KEY
                + " has the entry '"
                + entry
                + "'; expected host names without ports, with commas between them, or * for any");
      }
    }
    return new AllowedHosts(
        Stream.concat(given.stream(), Stream.of(LOCALHOST, boundHost.toLowerCase(Locale.ROOT)))
            .collect(Collectors.toSet()));
  }

  /** Whether a request may name this host. */
  boolean allow(String host) {
    return names.contains(ANY) || names.contains(host) || isAddress(host);
  }

  /**
   * The host of a header or URI, without its port, in lower case, and without the dot at the end of
   * a complete name. An IPv6 address is without its brackets.
   *
   * @return empty if the text is not a host with an optional port
   */
  static Optional<String> hostIn(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : indexOrEnd(authority, ':');
    if (!PORT.matcher(authority.substring(end)).matches()) {
      return Optional.empty();
    }
    String host = authority.substring(0, end).toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      String address = host.substring(1, host.length() - 1);
      return NetUtil.isValidIpV6Address(address) ? Optional.of(address) : Optional.empty();
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return NAME.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  private static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  private static int indexOrEnd(String text, char c) {
    int index = text.indexOf(c);
    return index < 0 ? text.length() : index;
  }
}
