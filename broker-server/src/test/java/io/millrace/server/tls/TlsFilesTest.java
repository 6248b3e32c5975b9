package io.millrace.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.settings.SecretFile;
import io.millrace.server.settings.SettingValues;
import io.millrace.server.settings.TlsSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of TLS must be, and what happens when they change. */
@Timeout(120)
class TlsFilesTest {

  @TempDir Path directory;

  private static TlsSettings tls(Map<String, String> settings) {
    SettingValues values = new SettingValues();
    settings.forEach((key, text) -> values.putOption(key, text, key));
    return TlsSettings.from(values);
  }

  private Map<String, String> write(DevCertificates.Issued issued) {
    return TestCertificates.settings(issued, directory);
  }

  private static TlsContexts open(Map<String, String> settings) throws TlsException {
    return TlsContexts.open(tls(settings), InstantSource.system());
  }

  private Path certificate() {
    return directory.resolve("server.pem");
  }

  private Path key() {
    return directory.resolve("server.key");
  }

  @Test
  void aChangeOfTheFilesIsFoundAndUsed() throws TlsException {
    try (TlsContexts contexts = open(write(TestCertificates.server()))) {
      write(TestCertificates.renewed());

      contexts.check();

      assertThat(contexts.reload().subject()).isEqualTo("CN=renewed.example");
    }
  }

  @Test
  void aLinkToOtherFilesIsAChange() throws TlsException, IOException {
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    TestCertificates.settings(TestCertificates.server(), first);
    TestCertificates.settings(TestCertificates.renewed(), second);
    for (String file : new String[] {"server.pem", "server.key"}) {
      Files.setLastModifiedTime(second.resolve(file), FileTime.from(Instant.EPOCH));
      Files.setLastModifiedTime(first.resolve(file), FileTime.from(Instant.EPOCH));
    }
    Path link = Files.createSymbolicLink(directory.resolve("now"), first);
    Map<String, String> settings =
        Map.of(
            "tls.certificate", link.resolve("server.pem").toString(),
            "tls.key", link.resolve("server.key").toString());
    try (TlsContexts contexts = open(settings)) {
      Files.delete(link);
      Files.createSymbolicLink(link, second);

      contexts.check();

      assertThat(subject(contexts)).isEqualTo("CN=renewed.example");
    }
  }

  /** Without a reload. */
  private static String subject(TlsContexts contexts) {
    return contexts.subject();
  }

  @Test
  void halfACertificateKeepsTheOldOne() throws TlsException, IOException {
    try (TlsContexts contexts = open(write(TestCertificates.server()))) {
      String whole = TestCertificates.renewed().certificates();
      write(TestCertificates.renewed());
      Files.writeString(certificate(), whole.substring(0, whole.length() / 2));

      contexts.check();
      assertThat(subject(contexts)).isEqualTo("CN=localhost");
      assertThat(contexts.reload().problem().orElseThrow())
          .contains("tls.certificate: the file " + certificate() + " is damaged or not complete");

      Files.writeString(certificate(), whole);
      contexts.check();
      assertThat(subject(contexts)).isEqualTo("CN=renewed.example");
    }
  }

  @Test
  void halfAKeyKeepsTheOldOne() throws TlsException, IOException {
    try (TlsContexts contexts = open(write(TestCertificates.server()))) {
      write(TestCertificates.renewed());
      String whole = TestCertificates.renewed().key();
      Files.writeString(key(), whole.substring(0, whole.length() / 2));

      assertThat(contexts.reload().problem().orElseThrow()).contains("no complete private key");
      assertThat(subject(contexts)).isEqualTo("CN=localhost");
    }
  }

  @Test
  void theKeyOfAnotherCertificateKeepsTheOldOne() throws TlsException, IOException {
    try (TlsContexts contexts = open(write(TestCertificates.server()))) {
      Files.writeString(key(), TestCertificates.renewed().key());

      assertThat(contexts.reload().problem().orElseThrow())
          .contains("the private key does not belong to the first certificate");
    }
  }

  @Test
  void aFileThatIsGoneKeepsTheOldOne() throws TlsException, IOException {
    try (TlsContexts contexts = open(write(TestCertificates.server()))) {
      Files.delete(key());

      contexts.check();

      assertThat(contexts.reload().problem().orElseThrow())
          .contains(key() + " cannot be read: no such file or directory");
    }
  }

  @Test
  void anExpiredCertificateIsRefused() {
    Map<String, String> settings = write(TestCertificates.expired());

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("'CN=expired'")
        .hasMessageContaining("has expired at ");
  }

  @Test
  void aCertificateOfTheFutureIsRefused() {
    Map<String, String> settings = write(TestCertificates.future());

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("is not valid before ")
        .hasMessageContaining("check the clock");
  }

  @Test
  void aChainInTheWrongOrderIsRefused() throws IOException {
    Map<String, String> settings = write(TestCertificates.server());
    Files.writeString(
        certificate(),
        TestCertificates.server().certificates() + TestCertificates.renewed().certificates());

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("is followed by")
        .hasMessageContaining("which has not issued it");
  }

  @Test
  void aKeyThatOthersCanReadIsRefusedWithTheCommand() throws IOException {
    Map<String, String> settings = write(TestCertificates.server());
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("mode 0644")
        .hasMessageEndingWith("run: chmod 600 " + key());
  }

  @ParameterizedTest
  @CsvSource({
    "0600, 1000, 1000, true",
    "0400, 1000, 1000, true",
    "0700, 1000, 1000, true",
    "0640, 1000, 1000, false",
    "0620, 1000, 1000, false",
    "0604, 1000, 1000, false",
    "0601, 1000, 1000, false",
    // A secret of Kubernetes: of root, for the group of the process.
    "0440, 0, 1000, true",
    "0640, 0, 1000, true",
    "0660, 0, 1000, false",
    "0444, 0, 1000, false",
    "0640, 0, 0, false",
  })
  void onlyTheUserMayReadAKey(String mode, int owner, int user, boolean isPrivate) {
    assertThat(SecretFile.isPrivate(Integer.parseInt(mode, 8), owner, user)).isEqualTo(isPrivate);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA PRIVATE KEY, openssl pkcs8 -topk8 -nocrypt",
    "EC PRIVATE KEY, openssl pkcs8 -topk8 -nocrypt",
    "ENCRYPTED PRIVATE KEY, is encrypted",
    "CERTIFICATE, no complete private key",
  })
  void aKeyInAnotherFormSaysWhatToDo(String form, String step) throws IOException {
    Map<String, String> settings = write(TestCertificates.server());
    Files.writeString(key(), TestCertificates.server().key().replace("PRIVATE KEY", form));

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(TlsException.class)
        .hasMessageStartingWith("tls.key: ")
        .hasMessageContaining(step);
  }

  @Test
  void noMessageQuotesAKey() throws IOException {
    Map<String, String> settings = write(TestCertificates.server());
    String secret = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtc2hvd24=";
    Files.writeString(
        key(), "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n");

    assertThatThrownBy(() -> open(settings))
        .hasMessageContaining("damaged")
        .hasMessageNotContaining("secret-that")
        .hasMessageNotContaining(secret)
        .hasNoCause();
  }

  @Test
  void aKeystoreIsRead() throws IOException, GeneralSecurityException, TlsException {
    Path store = directory.resolve("keys.p12");
    Path password = Files.writeString(directory.resolve("password"), "changeit\nnot this\n");
    try (OutputStream out = Files.newOutputStream(store)) {
      TlsSockets.store(TestCertificates.server()).store(out, "changeit".toCharArray());
    }
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> settings =
        Map.of("tls.keystore", store.toString(), "tls.keystorePasswordFile", password.toString());

    try (TlsContexts contexts = open(settings)) {
      assertThat(subject(contexts)).isEqualTo("CN=localhost");
    }
    Files.writeString(password, "wrong");
    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("has another password");
  }

  @Test
  void theEndOfACertificateIsAnnouncedOnceADay() throws TlsException {
    Instant now = Instant.now();
    ExpiryWarning warning = new ExpiryWarning();

    assertThat(warning.isDue(now, now.plusSeconds(15 * 86_400))).isFalse();
    assertThat(warning.isDue(now, now.plusSeconds(13 * 86_400))).isTrue();
    assertThat(warning.isDue(now.plusSeconds(3_600), now.plusSeconds(13 * 86_400))).isFalse();
    assertThat(warning.isDue(now.plusSeconds(86_400), now.plusSeconds(13 * 86_400))).isTrue();
  }

  @Test
  void anExpiredRevocationListIsRefused() throws IOException {
    Map<String, String> settings = new HashMap<>(write(TestCertificates.server()));
    Path crl = directory.resolve("crl.pem");
    Files.writeString(crl, TestCertificates.authority().revocationList());
    settings.putAll(
        Map.of(
            "tls.clientAuth", "want",
            "tls.clientCa", TestCertificates.authorityFile(directory).toString(),
            "tls.clientCrl", crl.toString()));

    assertThatThrownBy(
            () -> ClientTrust.read(tls(settings), Instant.now().plusSeconds(91 * 86_400)))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("tls.clientCrl: the list of ")
        .hasMessageContaining("has expired at ");
  }
}
