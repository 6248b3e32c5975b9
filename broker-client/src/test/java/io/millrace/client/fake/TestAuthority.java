package io.millrace.client.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate authority that issues certificates of P-256 for tests. It writes the certificates
 * (RFC 5280) itself, which takes milliseconds; a run of keytool takes half a second.
 */
public final class TestAuthority {

  private static final byte[] ECDSA_WITH_SHA256 =
      der(0x30, der(0x06, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2}));
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final char[] PASSWORD = "test".toCharArray();
  private static final AtomicLong SERIAL = new AtomicLong();

  private final Issued root;

  /** A certificate with its key, and those between it and the authority. */
  public record Issued(KeyPair keys, List<X509Certificate> chain) {

    /** Writes the certificate. */
    public Path writeCertificate(Path file) {
      return write(file, pem("CERTIFICATE", chain.stream().map(Issued::encoded).toList()));
    }

    /** Writes the private key. */
    public Path writeKey(Path file) {
      return write(file, pem("PRIVATE KEY", List.of(keys.getPrivate().getEncoded())));
    }

    private static byte[] encoded(X509Certificate certificate) {
      try {
        return certificate.getEncoded();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String pem(String kind, List<byte[]> parts) {
      StringBuilder text = new StringBuilder();
      for (byte[] part : parts) {
        text.append("-----BEGIN ").append(kind).append("-----\n");
        text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(part));
        text.append("\n-----END ").append(kind).append("-----\n");
      }
      return text.toString();
    }

    private static Path write(Path file, String text) {
      try {
        return Files.writeString(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The TLS of a server with this certificate. */
    public SSLContext server(TestAuthority clients) {
      try {
        KeyStore store = emptyStore();
        store.setKeyEntry("server", keys.getPrivate(), PASSWORD, chain.toArray(Certificate[]::new));
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(store, PASSWORD);
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("ca", clients.root.chain().get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      try {
        store.load(null, null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return store;
    }
  }

  public TestAuthority(String name) {
    root = issue(null, name, Instant.now(), Duration.ofDays(10), true, List.of());
  }

  /** Writes the certificate of the authority. */
  public Path write(Path file) {
    return root.writeCertificate(file);
  }

  /**
   * Issues a certificate that is valid now.
   *
   * @param hosts host names and IP addresses
   */
  public Issued issue(String name, String... hosts) {
    return issue(root, name, Instant.now(), Duration.ofDays(10), false, List.of(hosts));
  }

  /** Issues a certificate that was valid. */
  public Issued issueExpired(String name, String... hosts) {
    Instant begin = Instant.now().minus(Duration.ofDays(9));
    return issue(root, name, begin, Duration.ofDays(1), false, List.of(hosts));
  }

  private static Issued issue(
      Issued issuer,
      String name,
      Instant begin,
      Duration length,
      boolean authority,
      List<String> hosts) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      X500Principal subject = new X500Principal("CN=" + name);
      X500Principal by = issuer == null ? subject : issuer.chain().get(0).getSubjectX500Principal();
      byte[] body =
          sequence(
              der(0xa0, integer(2)), // version 3
              integer(SERIAL.incrementAndGet()),
              ECDSA_WITH_SHA256,
              by.getEncoded(),
              sequence(time(begin.minus(Duration.ofHours(1))), time(begin.plus(length))),
              subject.getEncoded(),
              keys.getPublic().getEncoded(),
              der(0xa3, sequence(authority ? basicConstraints() : alternativeNames(hosts))));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign((issuer == null ? keys : issuer.keys()).getPrivate());
      signature.update(body);
      byte[] encoded = sequence(body, ECDSA_WITH_SHA256, bitString(signature.sign()));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new java.io.ByteArrayInputStream(encoded));
      return new Issued(keys, List.of(certificate));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] basicConstraints() {
    return extension(19, sequence(der(0x01, new byte[] {(byte) 0xff})));
  }

  private static byte[] alternativeNames(List<String> hosts) {
    return extension(17, sequence(hosts.stream().map(TestAuthority::host).toArray(byte[][]::new)));
  }

  private static byte[] host(String host) {
    try {
      return Character.isDigit(host.charAt(0))
          ? der(0x87, InetAddress.getByName(host).getAddress())
          : der(0x82, host.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] extension(int id, byte[] value) {
    return sequence(der(0x06, new byte[] {0x55, 0x1d, (byte) id}), der(0x04, value));
  }

  private static byte[] integer(long value) {
    return der(0x02, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] bitString(byte[] bytes) {
    return der(0x03, concat(new byte[] {0}, bytes));
  }

  private static byte[] time(Instant instant) {
    return der(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return der(0x30, concat(parts));
  }

  private static byte[] der(int tag, byte[] content) {
    byte[] length = BigInteger.valueOf(content.length).toByteArray();
    if (content.length < 128) {
      return concat(new byte[] {(byte) tag, (byte) content.length}, content);
    }
    byte[] bytes = length[0] == 0 ? java.util.Arrays.copyOfRange(length, 1, length.length) : length;
    return concat(new byte[] {(byte) tag, (byte) (0x80 | bytes.length)}, bytes, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Stream.of(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }
}
