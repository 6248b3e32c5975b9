package io.millrace.client.internal.security;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * TLS with the files as they were at one time. Immutable.
 *
 * @param certificate the certificate of the client; empty if it has none
 */
public record TlsContext(SslContext context, Optional<X509Certificate> certificate) {

  /**
   * Encrypts a new channel. The handshake has no timeout of its own.
   *
   * @param host the host whose name the certificate must have
   */
  public void encrypt(Channel channel, String host, int port) {
    SslHandler handler = context.newHandler(channel.alloc(), host, port);
    handler.setHandshakeTimeoutMillis(0);
    channel.pipeline().addLast(handler);
  }

  /** The handshake of a channel that is encrypted. */
  public Future<Channel> handshake(Channel channel) {
    return channel.pipeline().get(SslHandler.class).handshakeFuture();
  }

  /** The certificate of the broker, once the handshake is finished. */
  public Optional<X509Certificate> peer(Channel channel) {
    try {
      SSLSession session = channel.pipeline().get(SslHandler.class).engine().getSession();
      return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
