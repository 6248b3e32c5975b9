package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import io.millrace.e2e.CommandResult;
import io.millrace.e2e.MillraceCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code millrace tls dev-cert}, whose certificates a broker uses in {@code TlsSignalTest}. */
class TlsDevCertCommandTest {

  @TempDir Path directory;

  private CommandResult devCert(String... options) {
    return MillraceCommand.runAlone(
        Stream.concat(Stream.of("tls", "dev-cert"), Arrays.stream(options)).toArray(String[]::new));
  }

  private static X509Certificate certificate(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @Test
  void makesAnAuthorityACertificateAndOneForAClient() throws Exception {
    Path out = directory.resolve("new");

    CommandResult result =
        devCert(
            "--out",
            out.toString(),
            "--host",
            "broker.example",
            "--host",
            "10.1.2.3",
            "--days",
            "3",
            "--client",
            "alice");

    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.OK);
    X509Certificate authority = certificate(out.resolve("ca.pem"));
    X509Certificate server = certificate(out.resolve("server.pem"));
    X509Certificate client = certificate(out.resolve("alice.pem"));
    server.verify(authority.getPublicKey());
    client.verify(authority.getPublicKey());
    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .contains("localhost", "127.0.0.1", "broker.example", "10.1.2.3");
    assertThat(client.getSubjectX500Principal().getName()).isEqualTo("CN=alice");
    assertThat(Duration.between(Instant.now(), server.getNotAfter().toInstant()))
        .isBetween(Duration.ofHours(70), Duration.ofHours(72));
    for (String key : List.of("server.key", "alice.key")) {
      assertThat(out.resolve(key)).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve(key))))
          .isEqualTo("rw-------");
    }
    assertThat(Files.list(out)).hasSize(5);
    assertThat(result.stdoutText())
        .contains("to try TLS out")
        .contains("millrace server --set tls.certificate=" + out.resolve("server.pem"))
        .contains("--set tls.clientCa=" + out.resolve("ca.pem"))
        .contains("curl --cacert " + out.resolve("ca.pem"));
  }

  @Test
  void replacesNoFileWithoutForce() throws IOException {
    Path key = Files.writeString(directory.resolve("server.key"), "mine");

    CommandResult refused = devCert("--out", directory.toString());

    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.stderr()).contains(key + " exists").contains("--force");
    assertThat(key).hasContent("mine");
    assertThat(directory.resolve("ca.pem")).doesNotExist();
    CommandResult forced = devCert("--out", directory.toString(), "--force", "--output", "json");
    assertThat(forced.exitCode()).as(forced.stderr()).isEqualTo(ExitCode.OK);
    assertThat(forced.stdoutText()).contains("\"keyFile\":\"" + key + "\"");
    assertThat(key).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--host, 'a,ip:1.2.3.4', is neither a host name nor an IP address",
    "--host, a b, is neither a host name nor an IP address",
    "--days, 0, --days is 0; expected 1 to 3650",
    "--client, ca, and neither 'ca' nor 'server'",
    "--client, ../up, expected letters",
  })
  void aWrongOptionIsAUsageError(String option, String value, String message) throws IOException {
    CommandResult result = devCert("--out", directory.toString(), option, value);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.stderr()).contains(message);
    assertThat(Files.list(directory)).isEmpty();
  }

  @Test
  void aStartThatIsOpenToTheNetworkPrintsItsCommandsOnLinesOfTheirOwn() {
    CommandResult result =
        MillraceCommand.runAlone(
            "server", "--host", "0.0.0.0", "--data-dir", directory.resolve("data").toString());

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.stderr().lines().map(String::strip))
        .anyMatch(line -> line.startsWith("millrace server: command line --host 0.0.0.0: "))
        .anyMatch(line -> line.startsWith("millrace tls dev-cert --out tls --host NAME"))
        .anyMatch(line -> line.startsWith("millrace user add admin --role admin --data-dir "))
        .anyMatch(line -> line.startsWith("millrace server --data-dir "));
    assertThat(directory.resolve("data")).doesNotExist();
  }
}
