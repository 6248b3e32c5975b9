package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with the certificate of {@code millrace tls dev-cert} reads a new one at SIGHUP. */
class TlsSignalTest {

  @TempDir Path directory;

  private void devCert() {
    MillraceCommand.runAlone("tls", "dev-cert", "--force", "--out", directory.toString()).orFail();
  }

  private Certificate file(String name) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(directory.resolve(name))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** The certificate that a client gets which trusts the authority and checks the host name. */
  private Certificate certificateOf(EndToEndBroker broker)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", file("ca.pem"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", broker.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void newConnectionsGetTheNewCertificate() throws Exception {
    devCert();
    try (EndToEndBroker broker =
        EndToEndBroker.start(
            directory,
            "--set",
            "tls.certificate=" + directory.resolve("server.pem"),
            "--set",
            "tls.key=" + directory.resolve("server.key"),
            "--set",
            "http.tls=off")) {
      assertThat(certificateOf(broker)).isEqualTo(file("server.pem"));
      devCert();

      new ProcessBuilder("kill", "-HUP", Long.toString(broker.pid())).start().waitFor();

      await()
          .atMost(JavaProcess.LIMIT)
          .until(() -> Files.readString(broker.log()).contains("[SIGHUP handler]"));
      assertThat(Files.readString(broker.log())).contains("event=tls_reloaded");
      assertThat(certificateOf(broker)).isEqualTo(file("server.pem"));
      assertThat(broker.isAlive()).isTrue();
    }
  }
}
