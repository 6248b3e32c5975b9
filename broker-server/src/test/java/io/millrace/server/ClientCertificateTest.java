package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.server.security.TestAuthorizer;
import io.millrace.server.tls.DevCertificates;
import io.millrace.server.tls.TestCertificates;
import io.millrace.server.tls.TlsSockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of clients: which are taken, and which principal they give. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class ClientCertificateTest {

  private static final String RULES = "uri:spiffe://prod/vehicle/* -> vehicle-*, cn:* -> *";

  private int topics;

  /** The principals that the authorizer was asked about. */
  private final Queue<String> principals = new ConcurrentLinkedQueue<>();

  @TempDir Path directory;

  private MillraceServer start(String provider, String clientAuth, Map<String, String> changes) {
    Map<String, String> settings =
        new HashMap<>(TestCertificates.settings(TestCertificates.server(), directory));
    settings.put("tls.provider", provider);
    settings.put("tls.clientAuth", clientAuth);
    settings.put("tls.clientCa", TestCertificates.authorityFile(directory).toString());
    settings.put("tls.principals", RULES);
    settings.put("http.tls", "off");
    settings.putAll(changes);
    TestAuthorizer recording =
        (session, operation, resource) -> principals.add(session.principal().name());
    return MillraceServer.start(TestServers.config(settings), recording);
  }

  /** The principal of a client that connects and asks for the topics. */
  private String principalOf(MillraceServer server, DevCertificates.Issued client)
      throws IOException {
    return principalOf(server, TlsSockets.of(client));
  }

  private String principalOf(MillraceServer server, TlsSockets sockets) throws IOException {
    principals.clear();
    try (SSLSocket socket = sockets.connect(server.port());
        WireClient connected = WireClient.over(socket)) {
      connected.ask(new CreateTopicRequest("t" + topics++, 1, Map.of()), TopicResponse.class);
    }
    return principals.peek();
  }

  private static void expectRefused(
      MillraceServer server, DevCertificates.Issued client, String kind) throws IOException {
    expectRefused(server, TlsSockets.of(client), kind);
  }

  private static void expectRefused(MillraceServer server, TlsSockets sockets, String kind)
      throws IOException {
    String series = "millrace_tls_failures_total{kind=\"" + kind + "\"}";
    double before = Metrics.value(server, series);
    try (SSLSocket socket = sockets.connect(server.port())) {
      // With TLS 1.3 the client is done with its handshake before the broker is.
      assertThatThrownBy(() -> WireClient.over(socket))
          .isInstanceOfAny(UncheckedIOException.class, AssertionError.class);
    }
    Metrics.await(server, series, count -> count == before + 1);
  }

  @ParameterizedTest
  @CsvSource({"openssl, want", "openssl, required", "jdk, want", "jdk, required"})
  void theCertificateGivesThePrincipal(String provider, String clientAuth) throws IOException {
    try (MillraceServer server = start(provider, clientAuth, Map.of())) {
      assertThat(principalOf(server, TestCertificates.client())).isEqualTo("vehicle-17");
    }
  }

  /** With TLS 1.2, the id of the session shows that the client has resumed it. */
  @ParameterizedTest
  @CsvSource({"openssl, TLSv1.3", "openssl, TLSv1.2", "jdk, TLSv1.3", "jdk, TLSv1.2"})
  void aResumedSessionGivesThePrincipalToo(String provider, String version) throws IOException {
    try (MillraceServer server = start(provider, "required", Map.of())) {
      TlsSockets sockets = TlsSockets.of(TestCertificates.client());
      Set<ByteBuffer> sessions = new HashSet<>();
      for (int i = 0; i < 2; i++) {
        principals.clear();
        try (SSLSocket socket = sockets.connect(server.port());
            WireClient connected = WireClient.over(with(socket, version))) {
          sessions.add(ByteBuffer.wrap(socket.getSession().getId()));
          connected.ask(new CreateTopicRequest("t" + topics++, 1, Map.of()), TopicResponse.class);
        }
        assertThat(principals).containsOnly("vehicle-17");
      }
      if (version.equals("TLSv1.2")) {
        assertThat(sessions).hasSize(1);
      }
    }
  }

  private static SSLSocket with(SSLSocket socket, String version) {
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void aClientWithoutCertificateIsAnonymousIfItMay(String provider) throws IOException {
    try (MillraceServer server = start(provider, "want", Map.of())) {
      assertThat(principalOf(server, TlsSockets.anonymous())).isEqualTo("anonymous");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void aClientWithoutCertificateIsRefusedIfItMustHaveOne(String provider) throws IOException {
    try (MillraceServer server = start(provider, "required", Map.of())) {
      expectRefused(server, TlsSockets.anonymous(), "client_certificate");
    }
  }

  @ParameterizedTest
  @CsvSource({"openssl, want", "openssl, required", "jdk, want", "jdk, required"})
  void theCertificateOfAnotherAuthorityIsRefused(String provider, String clientAuth)
      throws IOException {
    try (MillraceServer server = start(provider, clientAuth, Map.of())) {
      expectRefused(server, TestCertificates.strangeClient(), "client_certificate");
    }
  }

  @Test
  void aCertificateThatNoRuleMatchesGivesNoPrincipal() throws IOException {
    try (MillraceServer server = start("auto", "want", Map.of("tls.principals", "cn:x -> y"))) {
      assertThat(principalOf(server, TestCertificates.client())).isEqualTo("anonymous");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void aRevokedCertificateIsRefusedFromTheNextReadOfTheList(String provider) throws IOException {
    Path crl = directory.resolve("crl.pem");
    Files.writeString(crl, TestCertificates.nothingRevoked());
    try (MillraceServer server =
        start(provider, "required", Map.of("tls.clientCrl", crl.toString()))) {
      // It has a session to resume, which must not help.
      TlsSockets sockets = TlsSockets.of(TestCertificates.revokedClient());
      assertThat(principalOf(server, sockets)).isEqualTo("revoked");

      Files.writeString(crl, TestCertificates.oneRevoked());
      assertThat(server.reloadTls().orElseThrow().problem()).isEmpty();

      expectRefused(server, sockets, "client_certificate");
      assertThat(principalOf(server, TestCertificates.client())).isEqualTo("vehicle-17");
    }
  }

  @Test
  void aListOfAnotherAuthoritySaysNothingAboutThisOne() throws IOException {
    Path crl = directory.resolve("crl.pem");
    Files.writeString(crl, TestCertificates.listOfStranger());
    try (MillraceServer server =
        start("auto", "required", Map.of("tls.clientCrl", crl.toString()))) {
      expectRefused(server, TestCertificates.client(), "client_certificate");
    }
  }

  @Test
  void pagesHaveThePrincipalToo() throws IOException {
    Map<String, String> changes = Map.of("http.tls", "on");
    try (MillraceServer server = start("auto", "required", changes);
        SSLSocket socket =
            TlsSockets.of(TestCertificates.client()).connect(server.httpPort(), "http/1.1")) {
      socket
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 ");
      assertThat(principals).containsOnly("vehicle-17");
    }
  }
}
