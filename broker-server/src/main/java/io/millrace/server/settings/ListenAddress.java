package io.millrace.server.settings;

/**
 * The address that a listener is bound to.
 *
 * @param section of the configuration that has its {@code host} and {@code port}
 * @param host name or address, as the user gave it
 * @param port 0 before the listener is bound: any free port
 */
public record ListenAddress(String section, String host, int port) {

  /** This address with the port that the system chose. */
  public ListenAddress boundTo(int chosenPort) {
    return new ListenAddress(section, host, chosenPort);
  }

  /** Host and port in the form that clients take, such as {@code [::1]:9710}. */
  public String hostAndPort() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
