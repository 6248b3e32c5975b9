package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The certificates of a run over TLS, in PEM files: all brokers have the same one.
 *
 * @param ca the certificate that clients trust
 * @param certificate of the brokers, for 127.0.0.1
 * @param key its private key
 */
record TlsFiles(Path ca, Path certificate, Path key) {

  /**
   * Makes the files with {@code millrace tls dev-cert}.
   *
   * @param launcher the part of the command line before {@code tls}
   * @param directory gets the files; is created
   */
  static TlsFiles make(List<String> launcher, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("tls", "dev-cert", "--out", directory.toString()));
    Path log = directory.resolve("dev-cert.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new BenchFailure("cannot make certificates", log);
    }
    return new TlsFiles(
        directory.resolve("ca.pem"),
        directory.resolve("server.pem"),
        directory.resolve("server.key"));
  }

  /** A file with the key and the certificate, which some brokers want. */
  Path keyAndCertificate() throws IOException {
    Path both = key.resolveSibling("key-and-certificate.pem");
    Files.writeString(both, Files.readString(key) + Files.readString(certificate));
    return both;
  }
}
