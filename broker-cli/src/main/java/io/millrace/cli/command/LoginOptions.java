package io.millrace.cli.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options about TLS and credentials, which the help shows under a heading of their own. */
final class LoginOptions {

  static final String HEADING = "%nTLS and credentials:%n";

  static final String TLS_CA = "--tls-ca";
  static final String TLS_CERT = "--tls-cert";
  static final String TLS_KEY = "--tls-key";
  static final String LOGIN = "--login";
  static final String PASSWORD_FILE = "--login-password-file";
  static final String TOKEN_FILE = "--token-file";
  static final String PROFILE = "--profile";

  @Option(
      names = "--tls",
      description =
          "Encrypt the connection. Default: only if --tls-ca, --tls-cert, MILLRACE_TLS_CA or the"
              + " profile asks for TLS.")
  boolean tls;

  @Option(
      names = TLS_CA,
      paramLabel = "FILE",
      description =
          "PEM file with the authorities to trust. Default: MILLRACE_TLS_CA, else those that Java"
              + " trusts.")
  Path tlsCa;

  @Option(
      names = TLS_CERT,
      paramLabel = "FILE",
      description = "PEM file with a client certificate. Default: none.")
  Path tlsCert;

  @Option(
      names = TLS_KEY,
      paramLabel = "FILE",
      description = "PEM file with its private key. Default: none.")
  Path tlsKey;

  @Option(
      names = LOGIN,
      paramLabel = "USER",
      description = "Log in as this user, with a password. Default: MILLRACE_USER, else nobody.")
  String login;

  @Option(
      names = PASSWORD_FILE,
      paramLabel = "FILE",
      description =
          "File with the password, of one line; -: standard input. Default: MILLRACE_PASSWORD_FILE,"
              + " else ask for it on the terminal.")
  String passwordFile;

  @Option(
      names = TOKEN_FILE,
      paramLabel = "FILE",
      description =
          "Log in with the API token in this file. Default: MILLRACE_TOKEN, else the file"
              + " MILLRACE_TOKEN_FILE, else no token.")
  Path tokenFile;

  @Option(
      names = PROFILE,
      paramLabel = "NAME",
      description =
          "Take server, TLS and credentials from this profile, where options and environment do not"
              + " name them. Default: MILLRACE_PROFILE, else the profile 'default' if there is one.")
  String profile;
}
