package io.millrace.client;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Administers users, tokens and rules, tests rules, and says who the client is. Thread-safe; every
 * call blocks, as those of {@link Admin}.
 *
 * <p><b>Permissions.</b> The calls need the permission {@code admin} on the broker, except {@link
 * #whoAmI}. A client that has logged in with a password may change this password. A client that has
 * logged in without a token may create, list and revoke the tokens of its own user.
 *
 * <p><b>Passwords</b> never leave the client: it sends what verifies them, salted and hashed 16,384
 * times (SCRAM, RFC 5802). A password has 8 characters or more and at most 1,024 bytes. The caller
 * may overwrite the array after the call.
 *
 * <p><b>Administrators.</b> A change after which nobody could administer the broker with a password
 * fails with {@code INVALID_REQUEST}, unless it is forced. Then only the command {@code millrace
 * user} with {@code --data-dir}, on the stopped broker, can undo it.
 *
 * <p><b>Errors.</b> All calls throw a {@link MillraceException}: {@code NOT_AUTHORIZED} without the
 * permission, {@code INVALID_REQUEST} for a name or password that is not allowed, {@code
 * LIMIT_REACHED} if the broker cannot keep more, {@code UNSUPPORTED_VERSION} if the broker is too
 * old, and the codes of {@link Admin}.
 */
public interface AccessAdmin {

  /**
   * Creates a user, which may log in at once.
   *
   * @param name the name, 1 to 255 bytes of UTF-8
   * @param roles the names of its roles, such as {@code producer}
   * @return the number of rules that name this user already, and therefore hold for it
   * @throws MillraceException {@code USER_EXISTS}
   */
  int createUser(String name, Set<String> roles, char[] password);

  /**
   * As {@link #createUser(String, Set, char[])}, without a password: the user can only log in with
   * a token or a certificate.
   */
  int createUser(String name, Set<String> roles);

  /**
   * Sets the password of a user. Open connections stay open.
   *
   * @throws MillraceException {@code UNKNOWN_USER}
   */
  void setPassword(String name, char[] password);

  /**
   * Sets all roles of a user.
   *
   * @param force whether to do it although no administrator remains
   * @throws MillraceException {@code UNKNOWN_USER}
   */
  void setRoles(String name, Set<String> roles, boolean force);

  /**
   * Sets whether a user may log in. The tokens of a user that may not are not valid.
   *
   * @param force whether to do it although no administrator remains
   * @throws MillraceException {@code UNKNOWN_USER}
   */
  void setEnabled(String name, boolean enabled, boolean force);

  /**
   * Deletes a user, its tokens, and the rules that name it.
   *
   * @param force whether to do it although no administrator remains
   * @throws MillraceException {@code UNKNOWN_USER}
   */
  UserDeletion deleteUser(String name, boolean force);

  /** Returns all users, sorted by name. */
  List<UserDescription> listUsers();

  /**
   * Returns one user.
   *
   * @throws MillraceException {@code UNKNOWN_USER}
   */
  UserDescription describeUser(String name);

  /**
   * Creates a token. The broker cannot show it again.
   *
   * @throws MillraceException {@code UNKNOWN_USER}, {@code INVALID_RULE} for its scope
   */
  NewToken createToken(TokenSpec token);

  /** Returns the tokens that the client may see, sorted by user, then by time of creation. */
  List<TokenDescription> listTokens();

  /** Returns the tokens of one user, sorted by time of creation. */
  List<TokenDescription> listTokens(String user);

  /**
   * Deletes a token.
   *
   * @throws MillraceException {@code UNKNOWN_TOKEN}
   */
  void revokeToken(String id);

  /**
   * Adds rules: all of them, or none.
   *
   * @return the number of those that did not exist
   * @throws MillraceException {@code INVALID_RULE}
   */
  int addRules(List<AccessRule> rules);

  /**
   * Removes rules: all of them, or none.
   *
   * @param force whether to do it although no administrator remains
   * @throws MillraceException {@code INVALID_RULE} if one does not exist
   */
  void removeRules(List<AccessRule> rules, boolean force);

  /** Returns all rules, in the order in which they were added. */
  List<AccessRule> listRules();

  /**
   * Returns the rules of one grantee.
   *
   * @param grantee the name of a user, {@code role:NAME} or {@code *}
   */
  List<AccessRule> listRules(String grantee);

  /**
   * Asks whether an operation is allowed. It is not carried out.
   *
   * @param principal the name of a user, or {@code role:NAME}
   * @param operation such as {@code read}
   * @param resource such as {@code topic:rides}, {@code group:billing} or {@code broker}
   * @param source of an event to write; empty: any
   * @throws MillraceException {@code INVALID_RULE} for an operation or a resource that does not
   *     exist
   */
  RuleTestResult testRule(
      String principal, String operation, String resource, Optional<String> source);

  /**
   * Loads the certificates of the broker again.
   *
   * @return what was loaded, in words
   */
  List<String> reload();

  /** Returns who the client is for the broker. */
  ClientIdentity whoAmI();
}
