package io.millrace.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;

/**
 * The TLS of one listener. Each new connection uses the newest certificate. Any thread, unless a
 * method says otherwise.
 */
public final class ListenerTls {

  /** The name of the handler of TLS in a pipeline, while the connection uses TLS. */
  static final String HANDLER = "tls";

  /** The most bytes that become encrypted at once: four records. */
  private static final int WRAP_BYTES = 64 * 1024;

  private static final String WRITES = "tls-writes";
  private static final String WATCH = "tls-watch";

  /** How long a close waits until the client has taken the message of TLS that says so. */
  private static final long CLOSE_MILLIS = 1000;

  private final String listener;
  private final String protocol;
  private final CertificatePrincipals principals;
  private final TlsFailures failures;
  private final EncryptionMemory memory;
  private final Executor tasks;

  private volatile SslContext context;

  ListenerTls(
      String listener,
      String protocol,
      CertificatePrincipals principals,
      TlsFailures failures,
      EncryptionMemory memory,
      Executor tasks,
      SslContext context) {
    this.listener = listener;
    this.protocol = protocol;
    this.principals = principals;
    this.failures = failures;
    this.memory = memory;
    this.tasks = tasks;
    this.context = context;
  }

  /**
   * Adds the handlers of TLS to a pipeline, as its last ones. Event loop of the channel, before
   * others can use it.
   *
   * @param plaintext answers a client that does not use TLS
   * @param principal gets the principal of the client's certificate when the handshake is complete,
   *     if the certificate gives one
   */
  public void addTo(Channel channel, PlaintextAnswer plaintext, Consumer<String> principal) {
    PacedWrites writes = new PacedWrites(memory);
    channel
        .pipeline()
        .addLast(new TlsDetector(this, writes, plaintext))
        .addLast(WATCH, new HandshakeWatch(this, writes, principal))
        .addLast(WRITES, writes);
  }

  /**
   * Ends the broker's side of a connection, after all that was written. With TLS, the client first
   * gets the message that nothing more comes. Event loop of the channel.
   */
  public static void endOutput(DuplexChannel channel) {
    ChannelHandler tls = channel.pipeline().get(HANDLER);
    if (tls == null) {
      channel.shutdownOutput();
    } else {
      ((SslHandler) tls).closeOutbound().addListener(sent -> channel.shutdownOutput());
    }
  }

  /**
   * Whether what is written to a connection reaches the client: the handshake is complete, or the
   * client is one without TLS that gets its answer. Event loop of the channel.
   */
  public boolean isOpen(Channel channel) {
    return channel.pipeline().get(WRITES) instanceof PacedWrites writes && writes.isOpen();
  }

  /** The handler of one connection. */
  SslHandler newHandler(ByteBufAllocator allocator) {
    SslContext used = retained();
    try {
      SslHandler handler = used.newHandler(allocator, tasks);
      handler.setHandshakeTimeoutMillis(0); // the listener has a timeout for it and for the HELLO
      handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
      handler.setWrapDataSize(WRAP_BYTES);
      return handler;
    } finally {
      ReferenceCountUtil.release(used);
    }
  }

  /** The newest context. It can be replaced, and freed, between the two steps. */
  private SslContext retained() {
    while (true) {
      SslContext newest = context;
      try {
        return ReferenceCountUtil.retain(newest);
      } catch (IllegalReferenceCountException e) {
        if (newest == context) {
          throw e; // closed, with the listener
        }
      }
    }
  }

  Optional<String> principal(SSLSession session) {
    return principals.of(session);
  }

  void failed(SocketAddress remote, Throwable cause) {
    failures.failed(listener, remote, cause);
  }

  String protocol() {
    return protocol;
  }

  /** Replaces the context of new connections. Takes ownership. */
  void replace(SslContext next) {
    SslContext last = context;
    context = next;
    ReferenceCountUtil.release(last);
  }

  void close() {
    ReferenceCountUtil.release(context);
  }
}
