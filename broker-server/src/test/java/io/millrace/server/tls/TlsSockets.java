package io.millrace.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Makes TLS sockets of the JDK that trust the authority of tests and check the host name. */
public final class TlsSockets {

  private static final int READ_TIMEOUT_MS = 120_000;
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final SSLContext context;

  private TlsSockets(SSLContext context) {
    this.context = context;
  }

  /** Of clients without a certificate. */
  public static TlsSockets anonymous() {
    return of(null);
  }

  /**
   * Of clients with a certificate.
   *
   * @param client null for none
   */
  public static TlsSockets of(DevCertificates.Issued client) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", certificate(TestCertificates.authority().authority()));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(client == null ? emptyStore() : store(client), PASSWORD);
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return new TlsSockets(made);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to localhost. The handshake comes with the first byte. */
  public SSLSocket connect(int port) {
    return connect(port, "millrace/1");
  }

  /**
   * Connects to localhost.
   *
   * @param protocol for ALPN
   */
  public SSLSocket connect(int port, String protocol) {
    try {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(READ_TIMEOUT_MS);
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", port, true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {protocol});
      tls.setSSLParameters(parameters);
      return tls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The context, for other clients. */
  public SSLContext context() {
    return context;
  }

  private static Certificate certificate(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    return store;
  }

  static KeyStore store(DevCertificates.Issued issued)
      throws GeneralSecurityException, IOException {
    String body = issued.key().replaceAll("-----[A-Z ]+-----", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    KeyStore store = emptyStore();
    store.setKeyEntry("key", key, PASSWORD, new Certificate[] {issued.certificate()});
    return store;
  }
}
