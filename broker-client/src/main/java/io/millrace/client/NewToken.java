package io.millrace.client;

/**
 * A token that was just created. This is the only time that its secret is known.
 *
 * @param id the part of the token that is not secret; it is needed to revoke the token
 * @param token the whole token, a credential
 */
public record NewToken(String id, String token) {

  /** Without the token itself. */
  @Override
  public String toString() {
    return "NewToken[id=" + id + "]";
  }
}
