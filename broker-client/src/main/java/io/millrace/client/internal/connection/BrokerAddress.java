package io.millrace.client.internal.connection;

import io.millrace.client.MillraceClient;

/**
 * The network address of a broker.
 *
 * @param host a host name or an IP address, without brackets
 * @param port 1 to 65,535
 */
public record BrokerAddress(String host, int port) {

  /**
   * Parses {@code host:port}, {@code host}, {@code [IPv6]:port} or {@code [IPv6]}. The default port
   * is {@link MillraceClient#DEFAULT_PORT}.
   *
   * @throws IllegalArgumentException if the text is not an address
   */
  public static BrokerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']');
    String host = hasPort ? text.substring(0, colon) : text;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw invalid(text);
    }
    if (host.isBlank()) {
      throw invalid(text);
    }
    return new BrokerAddress(
        host, hasPort ? port(text, text.substring(colon + 1)) : MillraceClient.DEFAULT_PORT);
  }

  /** The address in the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      throw invalid(text);
    }
    throw invalid(text);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not the address of a broker; expected host:port, host, or [IPv6]:port, with a"
            + " port from 1 to 65535");
  }
}
