package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.server.tls.DevCertificates;
import io.millrace.server.tls.TestCertificates;
import io.millrace.server.tls.TlsReload;
import io.millrace.server.tls.TlsSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The certificate of a running broker changes. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class TlsReloadTest {

  private static final int CLIENTS = 2;

  @TempDir Path directory;

  private MillraceServer start(String provider) {
    Map<String, String> settings = new HashMap<>(write(TestCertificates.server()));
    settings.put("tls.provider", provider);
    return TestServers.start(settings);
  }

  private Map<String, String> write(DevCertificates.Issued issued) {
    return TestCertificates.settings(issued, directory);
  }

  private static X509Certificate certificateOf(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void openConnectionsContinueAndNewOnesGetTheNewCertificate(String provider) throws IOException {
    try (MillraceServer server = start(provider);
        SSLSocket before = TlsSockets.anonymous().connect(server.port());
        WireClient old = WireClient.over(before)) {
      write(TestCertificates.renewed());

      TlsReload reload = server.reloadTls().orElseThrow();

      assertThat(reload.problem()).isEmpty();
      assertThat(reload.subject()).isEqualTo("CN=renewed.example");
      try (SSLSocket after = TlsSockets.anonymous().connect(server.port());
          WireClient young = WireClient.over(after)) {
        assertThat(certificateOf(after)).isEqualTo(TestCertificates.renewed().certificate());
        assertThat(certificateOf(before)).isEqualTo(TestCertificates.server().certificate());
        old.ask(new PingRequest(), EmptyResponse.class);
        young.ask(new PingRequest(), EmptyResponse.class);
      }
    }
  }

  @Test
  void filesThatCannotBeUsedChangeNothing() throws IOException {
    try (MillraceServer server = start("auto")) {
      Path certificate = directory.resolve("server.pem");
      Files.writeString(certificate, Files.readString(certificate).substring(0, 100));

      TlsReload reload = server.reloadTls().orElseThrow();

      assertThat(reload.problem().orElseThrow()).contains("damaged or not complete");
      assertThat(reload.subject()).isEqualTo("CN=localhost");
      try (SSLSocket socket = TlsSockets.anonymous().connect(server.port());
          WireClient client = WireClient.over(socket)) {
        client.ask(new PingRequest(), EmptyResponse.class);
      }
    }
  }

  /** Without a pause between two connections, or between two swaps. */
  @ParameterizedTest
  @CsvSource({"openssl, 100", "jdk, 20"})
  void noConnectionFailsWhileTheCertificateIsSwapped(String provider, int swaps) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    AtomicBoolean swapping = new AtomicBoolean(true);
    try (MillraceServer server = start(provider)) {
      Callable<Integer> connecting =
          () -> {
            TlsSockets sockets = TlsSockets.anonymous();
            int connections = 0;
            while (swapping.get() || connections == 0) {
              try (SSLSocket socket = sockets.connect(server.port());
                  WireClient client = WireClient.over(socket)) {
                client.ask(new PingRequest(), EmptyResponse.class);
                connections++;
              }
            }
            return connections;
          };
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(connecting));
      }
      for (int i = 0; i < swaps; i++) {
        write(i % 2 == 0 ? TestCertificates.renewed() : TestCertificates.server());
        assertThat(server.reloadTls().orElseThrow().problem()).isEmpty();
      }
      swapping.set(false);
      for (Future<Integer> each : clients) {
        assertThat(each.get()).isPositive();
      }
    } finally {
      swapping.set(false);
      threads.shutdownNow();
    }
  }

  @Test
  void aStartWithAKeyThatOthersCanReadIsRefused() throws IOException {
    Map<String, String> settings = write(TestCertificates.server());
    Path key = directory.resolve("server.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> TestServers.start(settings))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("tls.key")
        .hasMessageEndingWith("run: chmod 600 " + key);
  }

  @Test
  void aBrokerWithoutTlsHasNothingToReload() {
    try (MillraceServer server = TestServers.start(Map.of())) {
      assertThat(server.reloadTls()).isEmpty();
    }
  }
}
