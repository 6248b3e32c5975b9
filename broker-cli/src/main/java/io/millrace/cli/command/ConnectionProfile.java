package io.millrace.cli.command;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A broker and how to log in to it, under a name in the file of profiles.
 *
 * @param server the address of the broker
 * @param tls whether the connection is encrypted
 * @param tlsCa the authorities to trust
 * @param tlsCert the client certificate
 * @param tlsKey its private key
 * @param tokenFile a file with a token
 * @param user the name of a user
 * @param passwordFile a file with the user's password
 */
record ConnectionProfile(
    Optional<String> server,
    boolean tls,
    Optional<Path> tlsCa,
    Optional<Path> tlsCert,
    Optional<Path> tlsKey,
    Optional<Path> tokenFile,
    Optional<String> user,
    Optional<Path> passwordFile) {

  /** A profile with nothing in it. */
  static final ConnectionProfile EMPTY =
      new ConnectionProfile(
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
