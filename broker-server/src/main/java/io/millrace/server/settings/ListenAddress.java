package io.millrace.server.settings;

/**
 * An address that a listener binds.
 *
 * @param section section of the configuration with its {@code host} and {@code port}
 * @param host name or address, as the user gave it
 * @param port the port. Before the listener is bound, 0 stands for any free port
 */
public record ListenAddress(String section, String host, int port) {

  /** This address with the port that the system chose. */
  public ListenAddress boundTo(int chosenPort) {
    return new ListenAddress(section, host, chosenPort);
  }

  /** The key of the setting with the port. */
  public String portKey() {
    return section + ".port";
  }

  /** Host and port in the form that clients take, such as {@code [::1]:9710}. */
  public String hostAndPort() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
