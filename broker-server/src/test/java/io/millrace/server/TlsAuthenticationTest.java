package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.server.tls.TestCertificates;
import io.millrace.server.tls.TlsSockets;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication over TLS: channel binding, and certificates of clients. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class TlsAuthenticationTest {

  private static final String PLUS = "SCRAM-SHA-256-PLUS";

  @TempDir Path directory;

  private MillraceServer start(Map<String, String> changes) {
    Map<String, String> settings =
        new HashMap<>(TestCertificates.settings(TestCertificates.server(), directory));
    settings.put("security.authentication", "required");
    settings.putAll(changes);
    MillraceServer server = TestServers.start(settings);
    AccessUsers.of(server).add("alice", "pencil", "viewer");
    return server;
  }

  private MillraceServer startWithClientCertificates() {
    return start(
        Map.of(
            "tls.clientAuth", "want",
            "tls.clientCa", TestCertificates.authorityFile(directory).toString(),
            "tls.principals", "cn:* -> machine-*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void passwordIsBoundToTheCertificateOfTheBroker(String provider) throws Exception {
    try (MillraceServer server = start(Map.of("tls.provider", provider));
        SSLSocket socket = TlsSockets.anonymous().connect(server.port());
        WireClient client = WireClient.silentOver(socket)) {
      HelloResponse hello = hello(client);
      assertThat(hello.mechanisms())
          .containsExactly(PLUS, "SCRAM-SHA-512-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-512", "TOKEN");

      byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
      Response done = login(client, MessageDigest.getInstance("SHA-256").digest(certificate));

      assertThat(done).isInstanceOf(AuthenticateResponse.class);
      client.ask(new ListTopicsRequest(), ListTopicsResponse.class);
    }
  }

  @Test
  void bindingToAnotherCertificateIsRefused() throws Exception {
    try (MillraceServer server = start(Map.of());
        WireClient client = WireClient.silentOver(TlsSockets.anonymous().connect(server.port()))) {
      hello(client);

      Response done = login(client, new byte[32]);

      assertThat(((ErrorResponse) done).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }
  }

  @Test
  void clientThatIsToldOfNoChannelBindingIsRefused() throws Exception {
    try (MillraceServer server = start(Map.of());
        WireClient client = WireClient.silentOver(TlsSockets.anonymous().connect(server.port()))) {
      hello(client);

      Response done = WireLogin.message(client, "SCRAM-SHA-256", "y,,n=alice,r=abc");

      assertThat(((ErrorResponse) done).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }
  }

  @Test
  void clientWithACertificateIsServedAtOnce() throws Exception {
    try (MillraceServer server = startWithClientCertificates();
        WireClient client =
            WireClient.silentOver(
                TlsSockets.of(TestCertificates.client()).connect(server.port()))) {
      HelloResponse hello = hello(client);

      assertThat(hello.mechanisms()).isEmpty();
      assertThat(hello.principal()).startsWith("machine-");
      assertThat(hello.broker()).isPresent();
      client.ask(new ListTopicsRequest(), ListTopicsResponse.class);
    }
  }

  @Test
  void oldClientWithACertificateIsServed() throws Exception {
    try (MillraceServer server = startWithClientCertificates();
        WireClient client =
            WireClient.over(TlsSockets.of(TestCertificates.client()).connect(server.port()))) {
      client.ask(new ListTopicsRequest(), ListTopicsResponse.class);
    }
  }

  @Test
  void disabledUserIsRefusedWithItsCertificateAndSentAway() throws Exception {
    try (MillraceServer server = startWithClientCertificates()) {
      String name;
      try (WireClient client =
          WireClient.silentOver(TlsSockets.of(TestCertificates.client()).connect(server.port()))) {
        name = hello(client).principal();
        AccessUsers.of(server).add(name, "x").disable(name);

        assertThat(client.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
      }
      try (WireClient client =
          WireClient.silentOver(TlsSockets.of(TestCertificates.client()).connect(server.port()))) {
        assertThat(hello(client).broker()).isEmpty();
      }
    }
  }

  @Test
  void clientWithoutACertificateNeedsAnotherCredential() throws Exception {
    try (MillraceServer server = startWithClientCertificates();
        WireClient client = WireClient.silentOver(TlsSockets.anonymous().connect(server.port()))) {
      assertThat(hello(client).broker()).isEmpty();
      assertThat(WireLogin.scram(client, "SCRAM-SHA-256", "alice", "pencil"))
          .isInstanceOf(ErrorResponse.class); // it offers channel binding and does without
    }
  }

  @Test
  void certificateOpensThePages() throws Exception {
    try (MillraceServer server = startWithClientCertificates()) {
      AccessUsers.of(server).add("machine-vehicle 17", "pencil", "viewer");
      assertThat(get(server, TlsSockets.of(TestCertificates.client())).statusCode()).isEqualTo(200);
      assertThat(get(server, TlsSockets.anonymous()).statusCode()).isEqualTo(401);
    }
  }

  private static HttpResponse<String> get(MillraceServer server, TlsSockets sockets)
      throws Exception {
    URI metrics = URI.create("https://localhost:" + server.httpPort() + "/metrics");
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(sockets.context())
        .build()
        .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
  }

  private static HelloResponse hello(WireClient client) {
    HelloRequest hello = new HelloRequest("test", "", List.of(PLUS, "SCRAM-SHA-256"));
    return client.answerTo(client.send(2, hello), HelloResponse.class);
  }

  private static Response login(WireClient client, byte[] endPoint) throws Exception {
    ScramClient scram =
        ScramClient.builder()
            .advertisedMechanisms(List.of(PLUS))
            .username("alice")
            .password("pencil".toCharArray())
            .channelBinding("tls-server-end-point", endPoint)
            .build();
    AuthenticateResponse first =
        (AuthenticateResponse)
            WireLogin.message(client, PLUS, scram.clientFirstMessage().toString());
    scram.serverFirstMessage(first.data().toString(StandardCharsets.UTF_8));
    Response last = WireLogin.message(client, PLUS, scram.clientFinalMessage().toString());
    if (last instanceof AuthenticateResponse done) {
      scram.serverFinalMessage(done.data().toString(StandardCharsets.UTF_8));
    }
    return last;
  }
}
