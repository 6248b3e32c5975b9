package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.server.tls.TestCertificates;
import io.millrace.server.tls.TlsSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on both ports, with both implementations. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class TlsTest {

  @TempDir Path directory;

  private MillraceServer start(String provider, Map<String, String> changes) {
    Map<String, String> settings =
        new HashMap<>(TestCertificates.settings(TestCertificates.server(), directory));
    settings.put("tls.provider", provider);
    settings.putAll(changes);
    return TestServers.start(settings);
  }

  private static SSLSocket with(SSLSocket socket, String version) {
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  @ParameterizedTest
  @CsvSource({"openssl, TLSv1.3", "openssl, TLSv1.2", "jdk, TLSv1.3", "jdk, TLSv1.2"})
  void eventsAreProducedAndDeliveredOverTls(String provider, String version) throws IOException {
    try (MillraceServer server = start(provider, Map.of());
        SSLSocket socket = TlsSockets.anonymous().connect(server.port());
        WireClient client = WireClient.over(with(socket, version))) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getApplicationProtocol()).isEqualTo("millrace/1");
      TopicInfo topic =
          client.ask(new CreateTopicRequest("rides", 1, Map.of()), TopicResponse.class).topic();
      // Larger than a record of TLS, so that a frame comes and goes in several.
      String value = "v".repeat(100_000);

      client.answerTo(
          client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", value)),
          ProduceResponse.class);
      client.ask(
          new SubscribeRequest(
              1, topic.id(), 0, StartKind.EARLIEST, 0, IsolationLevel.DURABLE, 1 << 20, List.of()),
          SubscribeResponse.class);

      DeliverPush delivered = client.push(DeliverPush.class);
      assertThat(delivered.batches().toString(StandardCharsets.UTF_8)).contains(value);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void onlySuitesWithForwardSecrecyAndAuthenticatedEncryptionAreTaken(String provider)
      throws IOException {
    try (MillraceServer server = start(provider, Map.of())) {
      List<String> taken = new ArrayList<>();
      for (String suite :
          TlsSockets.anonymous().context().getSupportedSSLParameters().getCipherSuites()) {
        try (SSLSocket socket = TlsSockets.anonymous().connect(server.port())) {
          socket.setEnabledProtocols(new String[] {"TLSv1.2"});
          socket.setEnabledCipherSuites(new String[] {suite});
          socket.startHandshake();
          taken.add(suite);
        } catch (IOException refused) {
          assertThat(refused).isInstanceOf(SSLException.class);
        }
      }

      assertThat(taken)
          .hasSizeGreaterThan(1)
          .allMatch(suite -> suite.startsWith("TLS_ECDHE_ECDSA_"))
          .allMatch(suite -> suite.contains("_GCM_") || suite.contains("_CHACHA20_POLY1305_"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void anOlderVersionThanTheSettingIsRefused(String provider) throws IOException {
    try (MillraceServer server =
            start(provider, Map.of("tls.minVersion", "1.3", "http.tls", "off"));
        SSLSocket socket = TlsSockets.anonymous().connect(server.port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});

      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);

      awaitFailure(server, "nothing_in_common");
    }
  }

  /** The JDK of the test does not speak it any more. */
  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void tls11IsRefused(String provider) {
    try (MillraceServer server = start(provider, Map.of("http.tls", "off"));
        WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(clientHello(0x0302));

      byte[] alert = client.readToEnd();

      assertThat(alert).as("an alert, protocol_version").startsWith(0x15, 0x03);
      assertThat(alert).endsWith(2, 70);
      awaitFailure(server, "nothing_in_common");
    }
  }

  /** A ClientHello without extensions, with suites of every age. */
  private static byte[] clientHello(int version) {
    int[] suites = {0xC02B, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A};
    ByteBuffer hello = ByteBuffer.allocate(256);
    hello.put((byte) 0x16).putShort((short) 0x0301).putShort((short) 0);
    hello.put((byte) 1).put((byte) 0).putShort((short) 0);
    hello.putShort((short) version).put(new byte[32]).put((byte) 0);
    hello.putShort((short) (2 * suites.length));
    for (int suite : suites) {
      hello.putShort((short) suite);
    }
    hello.put((byte) 1).put((byte) 0);
    int length = hello.position();
    hello.putShort(3, (short) (length - 5)).putShort(7, (short) (length - 9));
    return Arrays.copyOf(hello.array(), length);
  }

  @Test
  void aClientWithoutTlsGetsTheReason() {
    try (MillraceServer server = start("auto", Map.of());
        WireClient client = WireClient.connect(server.port())) {
      client.send(new HelloRequest("me", ""));

      GoAwayPush goAway = client.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.TLS_REQUIRED);
      assertThat(goAway.message()).contains("connect with TLS");
      assertThat(server.addressesText()).isNotEmpty();
    }
  }

  /** What comes after the first bytes is not looked at: a decoder would refuse this length. */
  @Test
  void bytesThatAreNoProtocolGetTheSameReason() {
    try (MillraceServer server = start("auto", Map.of());
        WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(new byte[] {-1, -1, -1, -1, 7});

      assertThat(client.goAway().code()).isEqualTo(ErrorCode.TLS_REQUIRED);
    }
  }

  @Test
  void anHttpClientOnTheNativePortGetsAnHttpAnswer() throws IOException {
    try (MillraceServer server = start("auto", Map.of());
        WireClient plain = WireClient.connect(server.port());
        SSLSocket encrypted = TlsSockets.anonymous().connect(server.port(), "http/1.1")) {
      byte[] request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      plain.sendRaw(request);
      encrypted.getOutputStream().write(request);

      String answer = new String(plain.readToEnd(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("native port of a Millrace broker");
      assertThat(new String(encrypted.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void pagesAreServedOverTls(String provider) throws IOException {
    try (MillraceServer server = start(provider, Map.of());
        SSLSocket socket = TlsSockets.anonymous().connect(server.httpPort(), "http/1.1")) {
      socket
          .getOutputStream()
          .write(
              ("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
                      + "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));

      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answers).contains("millrace_tls_certificate_expiry_timestamp_seconds");
      assertThat(answers).contains("\"insecureListeners\":[]").endsWith("}\n");
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    }
  }

  @Test
  void anHttpClientWithoutTlsIsToldToUseHttps() {
    try (MillraceServer server = start("auto", Map.of());
        HttpSocket http = HttpSocket.connect(server)) {
      http.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertThat(http.answer()).startsWith("HTTP/1.1 400 ").contains("use https://");
      http.expectEnd();
    }
  }

  @Test
  void aHandshakeThatDoesNotEndIsClosed() {
    try (MillraceServer server =
            start(
                "auto",
                Map.of("connections.handshakeTimeout", "300ms", "http.requestTimeout", "300ms"));
        WireClient silent = WireClient.connect(server.port());
        WireClient slow = WireClient.connect(server.port());
        HttpSocket http = HttpSocket.connect(server)) {
      // A record of 512 bytes begins and does not end.
      slow.sendRaw(new byte[] {0x16, 3, 1, 2, 0, 1});
      http.send("\u0016\u0003\u0001\u0002\u0000\u0001");

      assertThat(silent.readToEnd()).isEmpty();
      assertThat(slow.readToEnd().length).as("an alert at most").isLessThan(32);
      assertThat(http.toEnd().length()).as("an alert at most").isLessThan(32);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"listen.tls", "http.tls"})
  void oneListenerCanBeWithoutTls(String off) throws IOException {
    try (MillraceServer server = start("auto", Map.of(off, "off"))) {
      boolean nativeIsOff = off.equals("listen.tls");
      try (WireClient client = WireClient.connect(server.port());
          HttpSocket http = HttpSocket.connect(server)) {
        client.send(new HelloRequest("me", ""));
        http.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(client.receive().response() != null).isEqualTo(nativeIsOff);
        assertThat(http.answer()).startsWith("HTTP/1.1 " + (nativeIsOff ? 400 : 200));
      }
    }
  }

  /** Waits for a failure of a kind, which the HTTP port shows without TLS. */
  private static void awaitFailure(MillraceServer server, String kind) {
    Metrics.await(server, "millrace_tls_failures_total{kind=\"" + kind + "\"}", n -> n == 1);
  }
}
