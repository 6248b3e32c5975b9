package io.millrace.server.authentication;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/** Finds the {@link ConnectionSecurity} of a channel. Event loop of the channel. */
final class ChannelSecurity {

  private static final byte[] NONE = {};

  private ChannelSecurity() {}

  static ConnectionSecurity of(
      Channel channel, boolean plaintextAllowed, List<String> clientMechanisms) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return new ConnectionSecurity(
        tls != null || plaintextAllowed || isLocal(channel),
        tls == null ? NONE : endPoint(tls.engine().getSession().getLocalCertificates()),
        clientMechanisms);
  }

  /** Whether the client is on the same machine. */
  private static boolean isLocal(Channel channel) {
    return channel.localAddress() instanceof InetSocketAddress local
        && local.getAddress() != null
        && local.getAddress().isLoopbackAddress();
  }

  /**
   * The binding of RFC 5929, section 4.1: the hash of the certificate, with the hash function of
   * its signature, but never a weaker one than SHA-256. A signature without one hash function, such
   * as Ed25519, has no binding.
   */
  static byte[] endPoint(Certificate[] certificates) {
    if (certificates == null
        || certificates.length == 0
        || !(certificates[0] instanceof X509Certificate own)) {
      return NONE;
    }
    String hash = hashOf(own.getSigAlgName());
    if (hash.isEmpty()) {
      return NONE;
    }
    try {
      return MessageDigest.getInstance(hash).digest(own.getEncoded());
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      return NONE;
    }
  }

  /** The hash function in a name such as {@code SHA384withECDSA}. */
  private static String hashOf(String signature) {
    String name = signature.toUpperCase(Locale.ROOT);
    int end = name.indexOf("WITH");
    return switch (end < 0 ? "" : name.substring(0, end)) {
      case "MD5", "SHA1", "SHA256" -> "SHA-256";
      case "SHA384" -> "SHA-384";
      case "SHA512" -> "SHA-512";
      default -> "";
    };
  }
}
