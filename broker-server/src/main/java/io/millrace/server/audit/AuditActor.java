package io.millrace.server.audit;

/**
 * Who does an audited operation. Long texts are shortened, because clients choose some of them.
 *
 * @param principal the name of the principal, or the one that a client claims in a login that
 *     fails; empty: none
 * @param mechanism how the principal was authenticated, such as {@code SCRAM-SHA-256}; empty: not
 *     authenticated
 * @param address the address and port of the client; empty for the broker itself
 * @param clientId the name that the client gives to itself, which is not verified; empty: none
 */
public record AuditActor(String principal, String mechanism, String address, String clientId) {

  /** The broker itself. */
  public static final AuditActor BROKER = new AuditActor("", "", "", "");

  /** Shortens the texts. */
  public AuditActor {
    principal = AuditText.shortened(principal);
    mechanism = AuditText.shortened(mechanism);
    address = AuditText.shortened(address);
    clientId = AuditText.shortened(clientId);
  }

  /** The address without the port: all connections of a machine have the same. */
  String host() {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  int chars() {
    return principal.length() + mechanism.length() + address.length() + clientId.length();
  }
}
