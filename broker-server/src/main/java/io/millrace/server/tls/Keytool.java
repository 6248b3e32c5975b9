package io.millrace.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A PKCS#12 file in a temporary directory, and the command {@code keytool} of this Java, which
 * makes keys and certificates in it. A command takes about half a second. The JDK has no API that
 * makes certificates. One thread.
 */
final class Keytool implements AutoCloseable {

  private static final long LONGEST_SECONDS = 60;
  private static final int PASSWORD_BYTES = 16;
  private static final String PASSWORD_VARIABLE = "MILLRACE_KEYTOOL_PASSWORD";

  /** For a process that lives for half a second. */
  private static final List<String> JVM =
      List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-J-Xmx64m");

  private final Path directory;
  private final Path store;
  private final String password;

  private Keytool(Path directory, String password) {
    this.directory = directory;
    store = directory.resolve("keys.p12");
    this.password = password;
  }

  static Keytool open() throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return new Keytool(
        Files.createTempDirectory("millrace-keytool"), HexFormat.of().formatHex(random));
  }

  /**
   * Runs a command on the file.
   *
   * @return what it printed
   */
  String run(String command, List<String> options) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(program().toString());
    line.addAll(JVM);
    line.add(command);
    line.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
    line.addAll(List.of("-storepass:env", PASSWORD_VARIABLE)); // an argument is visible in ps
    line.addAll(options);
    Path printed = directory.resolve("printed");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(printed.toFile());
    builder.environment().putAll(Map.of(PASSWORD_VARIABLE, password, "LC_ALL", "C.UTF-8"));
    Process process = builder.start();
    process.getOutputStream().close();
    int code = await(process);
    String text = Files.readString(printed, StandardCharsets.UTF_8);
    if (code != 0) {
      throw new IOException("keytool " + command + " failed: " + text.strip());
    }
    return text;
  }

  private static Path program() throws IOException {
    Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
    if (!Files.isExecutable(program)) {
      throw new IOException(
          "this Java has no keytool: "
              + program
              + " is missing; use a JDK or another JRE (JAVA_HOME), or make the certificates with"
              + " another tool");
    }
    return program;
  }

  private static int await(Process process) throws IOException {
    try {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("keytool did not end within " + LONGEST_SECONDS + " s");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    }
  }

  /** The key of an entry, with its certificate and those of its issuers. */
  KeyMaterial entry(String alias) throws IOException {
    char[] secret = password.toCharArray();
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), secret);
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate each : keys.getCertificateChain(alias)) {
        chain.add((X509Certificate) each);
      }
      return new KeyMaterial((PrivateKey) keys.getKey(alias, secret), chain);
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool has written a file that cannot be read", e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(store);
    Files.deleteIfExists(directory.resolve("printed"));
    Files.deleteIfExists(directory);
  }
}
