package io.millrace.cli.tls;

import io.millrace.cli.command.CommandFailure;
import io.millrace.server.tls.DevCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files that {@code millrace tls dev-cert} writes.
 *
 * @param directory as the user names it
 * @param client name of a client that gets a certificate
 */
record CertificateFiles(Path directory, Optional<String> client) {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._-]+");

  Path authority() {
    return directory.resolve("ca.pem");
  }

  Path certificate() {
    return directory.resolve("server.pem");
  }

  Path key() {
    return directory.resolve("server.key");
  }

  Optional<Path> clientCertificate() {
    return client.map(name -> directory.resolve(name + ".pem"));
  }

  Optional<Path> clientKey() {
    return client.map(name -> directory.resolve(name + ".key"));
  }

  /** Checks that a write would replace no file. */
  void requireNone() {
    all()
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
        .findFirst()
        .ifPresent(
            file -> {
              throw new CommandFailure(
                  file
                      + " exists; choose another directory with --out, or replace the files with"
                      + " --force");
            });
  }

  private Stream<Path> all() {
    return Stream.of(
            Optional.of(authority()),
            Optional.of(certificate()),
            Optional.of(key()),
            clientCertificate(),
            clientKey())
        .flatMap(Optional::stream);
  }

  /** Writes the files. Replaces those that exist. */
  void write(
      String authorityPem, DevCertificates.Issued server, Optional<DevCertificates.Issued> issued)
      throws IOException {
    Files.createDirectories(directory);
    Files.writeString(authority(), authorityPem);
    server.write(certificate(), key());
    if (issued.isPresent()) {
      issued.get().write(clientCertificate().get(), clientKey().get());
    }
  }

  /** A file as an argument of a command in a shell. */
  static String argument(Path file) {
    String text = file.toString();
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
