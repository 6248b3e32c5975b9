package io.millrace.client;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What proves to the broker who the client is. See {@link MillraceClient.Builder#credentials}.
 *
 * <p><b>Threads.</b> The client asks a supplier once for each connection, on the thread {@code
 * millrace-client-security}. A supplier may block; its time counts into the connect timeout. If it
 * throws, the attempt to connect fails.
 *
 * <p>No {@code toString} and no message of the client contains a secret.
 */
public sealed interface Credentials {

  /**
   * A user name and a password. The password is never sent: the client proves with SCRAM (RFC 5802)
   * that it knows it, and the broker proves that it knows the user.
   *
   * @param user the name of the user; not empty
   * @param password the password; it is copied
   * @throws IllegalArgumentException if the name or the password is empty
   */
  static Credentials password(String user, char[] password) {
    char[] copy = password.clone();
    if (copy.length == 0) {
      throw new IllegalArgumentException("the password of user '" + user + "' is empty");
    }
    return password(user, () -> copy);
  }

  /**
   * A user name and a password that is asked for at each connection.
   *
   * @param user the name of the user; not empty
   * @param password returns the password, not empty; the client does not change the array
   * @throws IllegalArgumentException if the name is empty
   */
  static Credentials password(String user, Supplier<char[]> password) {
    return new Password(user, password);
  }

  /**
   * A token of the broker, {@code mrt_...}. It is sent over TLS and to the same machine only; see
   * {@link MillraceClient.Builder#allowPlaintextCredentials}.
   *
   * @throws IllegalArgumentException if it is empty or has other characters than printable ASCII;
   *     white space at its begin and end is removed
   */
  static Credentials token(String token) {
    String checked = SecretText.checked(token, "the token");
    return new Token(() -> checked, "token");
  }

  /**
   * A token in a file, which each attempt to connect reads. A file with a new token is therefore
   * used without a restart.
   *
   * @param file a file with the token; white space at its begin and end is ignored
   */
  static Credentials tokenFile(Path file) {
    Objects.requireNonNull(file, "file");
    return new Token(() -> SecretText.read(file), "token in " + file);
  }

  /**
   * A JSON Web Token (RFC 7519) of a single sign-on. The client asks for one at each connection. It
   * asks again before the token expires, and proves itself with the new one on the open connection:
   * a fifth of the lifetime before the end, at most 30 s. It is sent as {@link #token} is.
   *
   * @param jwt returns a token that is valid now
   */
  static Credentials jwt(Supplier<String> jwt) {
    return new Jwt(jwt);
  }

  /** The value of {@link Credentials#password(String, Supplier)}. */
  final class Password implements Credentials {

    private final String user;
    private final Supplier<char[]> password;

    private Password(String user, Supplier<char[]> password) {
      if (user.isEmpty()) {
        throw new IllegalArgumentException("the name of the user is empty");
      }
      this.user = user;
      this.password = Objects.requireNonNull(password, "password");
    }

    /** The name of the user. */
    public String user() {
      return user;
    }

    /** Returns the password as it is now. The caller does not change the array. */
    public char[] secret() {
      return password.get();
    }

    /** The name of the user, without the password. */
    @Override
    public String toString() {
      return "password of user '" + user + "'";
    }
  }

  /** The value of {@link Credentials#token} and {@link Credentials#tokenFile}. */
  final class Token implements Credentials {

    private final Supplier<String> token;
    private final String description;

    private Token(Supplier<String> token, String description) {
      this.token = token;
      this.description = description;
    }

    /**
     * Returns the token as it is now.
     *
     * @throws MillraceException {@code AUTHENTICATION_FAILED} if it cannot be read
     */
    public String secret() {
      return token.get();
    }

    /** Where the token is from, without the token. */
    @Override
    public String toString() {
      return description;
    }
  }

  /** The value of {@link Credentials#jwt}. */
  final class Jwt implements Credentials {

    private final Supplier<String> jwt;

    private Jwt(Supplier<String> jwt) {
      this.jwt = Objects.requireNonNull(jwt, "jwt");
    }

    /**
     * Returns a token that is valid now.
     *
     * @throws IllegalArgumentException if the supplier returns an empty text or one with other
     *     characters than printable ASCII
     */
    public String secret() {
      return SecretText.checked(jwt.get(), "the JWT");
    }

    /** The kind of the credentials, without the token. */
    @Override
    public String toString() {
      return "JWT";
    }
  }
}
