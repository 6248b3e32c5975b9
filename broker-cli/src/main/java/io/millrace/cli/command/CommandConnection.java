package io.millrace.cli.command;

import io.millrace.client.Credentials;
import io.millrace.client.TlsOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The broker of a command, and how the command connects to it. Options come before the environment,
 * and the environment before the profile.
 *
 * @param server the address of the broker
 * @param tls how the connection is encrypted; empty without TLS
 * @param credentials what proves who the user is; empty if there is nothing
 */
record CommandConnection(
    String server, Optional<TlsOptions> tls, Optional<Credentials> credentials) {

  static final String SERVER = "MILLRACE_SERVER";
  private static final String DEFAULT_SERVER = "localhost:9710";
  private static final String DEFAULT_PROFILE = "default";

  /**
   * Combines what the user has said.
   *
   * @param server the value of {@code --server}, or null
   * @param environment the environment of the process
   * @param standardInput for the password, if an option says so
   * @throws IllegalArgumentException if something contradicts another, or a file cannot be used
   */
  static CommandConnection of(
      String server,
      LoginOptions options,
      Map<String, String> environment,
      InputStream standardInput) {
    Optional<String> named = Optional.ofNullable(server).or(() -> text(environment, SERVER));
    ConnectionProfile profile = profile(options, environment, named);
    String address = named.or(profile::server).orElse(DEFAULT_SERVER);
    return new CommandConnection(
        address,
        tls(options, environment, profile),
        credentials(options, environment, profile, standardInput));
  }

  private static Optional<String> text(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(text -> !text.isBlank());
  }

  private static Optional<Path> path(Map<String, String> environment, String variable) {
    return text(environment, variable).map(Path::of);
  }

  /**
   * The profile that the user has named. The default profile is of its own broker only: what it has
   * must not reach another one.
   */
  private static ConnectionProfile profile(
      LoginOptions options, Map<String, String> environment, Optional<String> server) {
    Optional<String> name =
        Optional.ofNullable(options.profile).or(() -> text(environment, "MILLRACE_PROFILE"));
    Optional<Path> file = path(environment, "MILLRACE_PROFILES");
    Path usual = usualPlace(environment);
    if (name.isPresent()) {
      return ProfileFile.read(file.orElse(usual)).profile(name.get());
    }
    if (file.isEmpty() && !Files.exists(usual)) {
      return ConnectionProfile.EMPTY;
    }
    ProfileFile profiles = ProfileFile.read(file.orElse(usual));
    if (!profiles.has(DEFAULT_PROFILE)) {
      return ConnectionProfile.EMPTY;
    }
    ConnectionProfile found = profiles.profile(DEFAULT_PROFILE);
    String own = found.server().orElse(DEFAULT_SERVER);
    return server.isEmpty() || server.get().equals(own) ? found : ConnectionProfile.EMPTY;
  }

  /** The usual place of the file of profiles; it need not exist. */
  private static Path usualPlace(Map<String, String> environment) {
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path directory = Path.of(config);
    if (!directory.isAbsolute()) {
      directory = Path.of(System.getProperty("user.home"), ".config");
    }
    return directory.resolve("millrace").resolve("profiles.yaml");
  }

  private static Optional<TlsOptions> tls(
      LoginOptions options, Map<String, String> environment, ConnectionProfile profile) {
    if ((options.tlsCert == null) != (options.tlsKey == null)) {
      throw new IllegalArgumentException(
          LoginOptions.TLS_CERT + " and " + LoginOptions.TLS_KEY + " belong together; give both");
    }
    if (profile.tlsCert().isPresent() != profile.tlsKey().isPresent()) {
      throw new IllegalArgumentException(
          "tls-cert and tls-key of the profile belong together; write both");
    }
    Optional<Path> authorities =
        existing(LoginOptions.TLS_CA, options.tlsCa)
            .or(() -> existing("MILLRACE_TLS_CA", environment))
            .or(() -> existing("tls-ca of the profile", profile.tlsCa().orElse(null)));
    Optional<Path> certificate =
        existing(LoginOptions.TLS_CERT, options.tlsCert)
            .or(() -> existing("tls-cert of the profile", profile.tlsCert().orElse(null)));
    Optional<Path> key =
        existing(LoginOptions.TLS_KEY, options.tlsKey)
            .or(() -> existing("tls-key of the profile", profile.tlsKey().orElse(null)));
    boolean wanted =
        options.tls || profile.tls() || authorities.isPresent() || certificate.isPresent();
    if (!wanted) {
      return Optional.empty();
    }
    TlsOptions trust = authorities.map(TlsOptions::trusting).orElseGet(TlsOptions::systemTrust);
    return Optional.of(
        certificate.map(file -> trust.clientCertificate(file, key.orElseThrow())).orElse(trust));
  }

  private static Optional<Path> existing(String variable, Map<String, String> environment) {
    return existing(
        "the environment variable " + variable, path(environment, variable).orElse(null));
  }

  /** A file that the user has named, if it can be read. */
  private static Optional<Path> existing(String origin, Path file) {
    if (file != null && !Files.isReadable(file)) {
      throw new IllegalArgumentException(
          origin
              + ": the file "
              + file
              + (Files.exists(file) ? " may not be read by this user" : " does not exist"));
    }
    return Optional.ofNullable(file);
  }

  private static Optional<Credentials> credentials(
      LoginOptions options,
      Map<String, String> environment,
      ConnectionProfile profile,
      InputStream standardInput) {
    if (options.tokenFile != null && options.login != null) {
      throw new IllegalArgumentException(
          LoginOptions.LOGIN
              + " and "
              + LoginOptions.TOKEN_FILE
              + " contradict each other; give one of them");
    }
    if (options.tokenFile != null) {
      return existing(LoginOptions.TOKEN_FILE, options.tokenFile).map(Credentials::tokenFile);
    }
    Optional<String> passwordFile =
        Optional.ofNullable(options.passwordFile)
            .or(() -> existing("MILLRACE_PASSWORD_FILE", environment).map(Path::toString));
    Optional<String> profilePassword = profile.passwordFile().map(Path::toString);
    if (options.login != null) {
      Optional<String> sameUser =
          profile.user().filter(options.login::equals).flatMap(user -> profilePassword);
      return Optional.of(password(options.login, passwordFile.or(() -> sameUser), standardInput));
    }
    Optional<Credentials> token = token(environment);
    if (token.isPresent()) {
      return token;
    }
    Optional<String> user = text(environment, "MILLRACE_USER");
    if (user.isPresent()) {
      return Optional.of(password(user.get(), passwordFile, standardInput));
    }
    if (profile.user().isPresent()) {
      return Optional.of(
          password(profile.user().get(), passwordFile.or(() -> profilePassword), standardInput));
    }
    if (options.passwordFile != null) {
      throw new IllegalArgumentException(
          LoginOptions.PASSWORD_FILE + " needs " + LoginOptions.LOGIN + " USER");
    }
    return existing("token-file of the profile", profile.tokenFile().orElse(null))
        .map(Credentials::tokenFile);
  }

  private static Optional<Credentials> token(Map<String, String> environment) {
    Optional<String> token = text(environment, "MILLRACE_TOKEN");
    if (token.isPresent()) {
      try {
        return Optional.of(Credentials.token(token.get()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "the environment variable MILLRACE_TOKEN: " + e.getMessage(), e);
      }
    }
    return existing("MILLRACE_TOKEN_FILE", environment).map(Credentials::tokenFile);
  }

  private static Credentials password(
      String user, Optional<String> file, InputStream standardInput) {
    return Credentials.password(
        user,
        file.map(from -> PasswordInput.read(from, standardInput))
            .orElseGet(() -> PasswordInput.ask(user)));
  }
}
