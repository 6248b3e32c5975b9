package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.EnoughTime;
import io.millrace.client.fake.TestAuthority;
import io.millrace.client.fake.TestAuthority.Issued;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections with TLS, and the messages of those that fail. */
class ClientTlsTest extends BrokerTest {

  private static final TestAuthority AUTHORITY = new TestAuthority("Test CA");
  private static final TestAuthority OTHER = new TestAuthority("Other CA");
  private static final Issued SERVER = AUTHORITY.issue("broker", "localhost", "127.0.0.1");

  @TempDir private Path directory;

  private TlsOptions trusting() {
    return TlsOptions.trusting(AUTHORITY.write(directory.resolve("ca.pem")));
  }

  private TlsOptions withCertificate(Issued client) {
    return trusting()
        .clientCertificate(
            client.writeCertificate(directory.resolve("client.pem")),
            client.writeKey(directory.resolve("client.key")));
  }

  private MillraceException refusal(TlsOptions tls) {
    MillraceException failure = thrownBy(() -> builder().tls(tls).build());
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(failure)
        .hasMessageStartingWith("no connection to the broker at " + broker.address() + ": ")
        .hasMessageNotContaining("check that the broker runs");
    return failure;
  }

  private void serve(Issued certificate, boolean needClientCertificate) {
    broker.tls(certificate.server(AUTHORITY), needClientCertificate);
  }

  @Test
  void eventsComeBack() throws Exception {
    serve(SERVER, false);
    broker.topic("rides", 1);
    String large = "x".repeat(300_000);
    try (MillraceClient client = builder().tls(trusting()).build();
        Producer producer = client.producer("rides").build();
        Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build()) {
      for (int i = 0; i < 20; i++) {
        producer.send(Event.of(large));
      }
      assertThat(values(take(consumer, 20))).containsOnly(large);
    }
    assertThat(broker.session().tls().getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(broker.session().tls().getApplicationProtocol()).isEqualTo("millrace/1");
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() {
    serve(OTHER.issue("broker", "127.0.0.1"), false);
    assertThat(refusal(trusting()))
        .hasMessageContaining(
            "the certificate of the broker is not trusted: it is for 'CN=broker', issued by"
                + " 'CN=Other CA'; trusted are the authorities in "
                + directory.resolve("ca.pem")
                + " ('CN=Test CA')");
  }

  @Test
  void systemDoesNotTrustTheTestAuthority() {
    serve(SERVER, false);
    assertThat(refusal(TlsOptions.systemTrust()))
        .hasMessageContaining("trusted are the authorities that the JVM trusts");
  }

  @Test
  void certificateOfAnotherHostIsRefused() {
    serve(AUTHORITY.issue("127.0.0.1", "localhost", "broker.example", "10.0.0.7"), false);
    assertThat(refusal(trusting()))
        .hasMessageContaining("the certificate of the broker is not for the host 127.0.0.1")
        .hasMessageContaining("it has the names localhost, broker.example, 10.0.0.7");
  }

  @Test
  void expiredCertificateIsRefused() {
    serve(AUTHORITY.issueExpired("broker", "127.0.0.1"), false);
    assertThat(refusal(trusting()))
        .hasMessageContaining("the certificate of 'CN=broker', which the broker has sent, expired");
  }

  @Test
  void serverWithoutTlsIsNamed() throws Exception {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread server = answer(port, "HTTP/1.1 400 Bad Request\r\n");
      MillraceException failure =
          thrownBy(
              () ->
                  builder()
                      .server("127.0.0.1:" + port.getLocalPort())
                      .tls(TlsOptions.systemTrust())
                      .build());
      server.join(LONG.toMillis());
      assertThat(failure).hasMessageContaining("the server answered without TLS");
    }
  }

  @Test
  void serverThatClosesTheHandshakeIsNamed() throws Exception {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread server = answer(port, "");
      MillraceException failure =
          thrownBy(
              () ->
                  builder()
                      .server("127.0.0.1:" + port.getLocalPort())
                      .tls(TlsOptions.systemTrust())
                      .build());
      server.join(LONG.toMillis());
      assertThat(failure)
          .hasMessageContaining("the server closed the connection during the TLS handshake");
    }
  }

  /** Answers the first bytes, and closes. */
  private static Thread answer(ServerSocket port, String text) {
    Thread server =
        new Thread(
            () -> {
              try (Socket socket = port.accept()) {
                socket.getInputStream().read(new byte[16_384]);
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    server.start();
    return server;
  }

  @Test
  void handshakeCountsIntoTheConnectTimeout() throws Exception {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      MillraceException failure =
          EnoughTime.failure(
              Duration.ofMillis(500),
              timeout ->
                  thrownBy(
                      () ->
                          builder()
                              .server("127.0.0.1:" + port.getLocalPort())
                              .connectTimeout(timeout)
                              .tls(trusting())
                              .build()),
              after -> after.getMessage().contains("handshake"));
      assertThat(failure).hasMessageContaining("did not finish the TLS handshake within ");
    }
  }

  @Test
  void clientWithoutTlsIsTold() {
    serve(SERVER, false);
    MillraceException failure = thrownBy(() -> builder().build());
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(failure).hasMessageContaining("the port speaks TLS, and the client does not");
  }

  @Test
  void clientCertificateIsSent() throws Exception {
    serve(SERVER, true);
    try (MillraceClient client = builder().tls(withCertificate(AUTHORITY.issue("svc"))).build()) {
      assertThat(client.admin().listTopics()).isEmpty();
      assertThat(peer().getSubjectX500Principal().getName()).isEqualTo("CN=svc");
    }
  }

  private X509Certificate peer() throws Exception {
    return (X509Certificate) broker.session().tls().getSession().getPeerCertificates()[0];
  }

  @Test
  void missingClientCertificateIsNamed() {
    serve(SERVER, true);
    assertThat(refusal(trusting()))
        .hasMessageContaining("the broker needs a certificate of the client");
  }

  @Test
  void refusedClientCertificateIsNamed() {
    serve(SERVER, true);
    assertThat(refusal(withCertificate(OTHER.issue("svc"))))
        .hasMessageContaining("the broker refused the certificate of the client, 'CN=svc'")
        .hasMessageContaining("issued by 'CN=Other CA'");
  }

  @Test
  void newFilesAreUsedByTheNextConnection() throws Exception {
    serve(SERVER, true);
    BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    try (MillraceClient client =
        builder()
            .tls(withCertificate(AUTHORITY.issue("first")))
            .connectionListener(events::add)
            .build()) {
      assertThat(peer().getSubjectX500Principal().getName()).isEqualTo("CN=first");
      Issued second = AUTHORITY.issue("second");
      replace("client.pem", second.writeCertificate(directory.resolve("new")));
      replace("client.key", second.writeKey(directory.resolve("new")));
      broker.session().cut();
      client.admin().listTopics();
      assertThat(peer().getSubjectX500Principal().getName()).isEqualTo("CN=second");
    }
  }

  private void replace(String name, Path newer) throws IOException {
    Path file = directory.resolve(name);
    Files.move(newer, file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }

  @Test
  void lostConnectionIsMadeAgainWhenTheCertificateIsGoodAgain() throws Exception {
    serve(SERVER, false);
    BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    try (MillraceClient client =
        builder().tls(trusting()).connectionListener(events::add).build()) {
      serve(OTHER.issue("broker", "127.0.0.1"), false);
      broker.session().cut();
      ConnectionEvent event = null;
      while (!(event instanceof ConnectionEvent.Connecting)) {
        event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isNotNull();
      }
      assertThat(((ConnectionEvent.Connecting) event).reason()).contains("is not trusted");
      serve(SERVER, false);
      assertThat(client.admin().listTopics()).isEmpty();
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Issued client = AUTHORITY.issue("svc");
    Path certificate = client.writeCertificate(directory.resolve("client.pem"));
    Path key = client.writeKey(directory.resolve("client.key"));
    Path otherKey = OTHER.issue("other").writeKey(directory.resolve("other.key"));
    Path old =
        Files.writeString(directory.resolve("old.key"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n");
    Path missing = directory.resolve("missing.pem");

    assertThat(refusal(TlsOptions.trusting(missing)))
        .hasMessageContaining("the file of trusted authorities " + missing + " does not exist");
    assertThat(refusal(TlsOptions.trusting(key))).hasMessageContaining("has no certificate in PEM");
    assertThat(refusal(trusting().clientCertificate(certificate, missing)))
        .hasMessageContaining("the private key " + missing + " does not exist");
    assertThat(refusal(trusting().clientCertificate(certificate, certificate)))
        .hasMessageContaining("has no key in PEM");
    assertThat(refusal(trusting().clientCertificate(certificate, old)))
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    assertThat(refusal(trusting().clientCertificate(certificate, otherKey)))
        .hasMessageContaining("does not belong to the client certificate of CN=svc");
    assertThat(List.of(trusting(), trusting().clientCertificate(certificate, key)))
        .allMatch(options -> options.toString().contains("ca.pem"));
  }
}
