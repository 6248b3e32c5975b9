package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.FrameKind;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Push;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A minimal client: one blocking socket, and the messages of the wire. A read fails after two
 * minutes.
 */
final class WireClient implements AutoCloseable {

  private static final int READ_TIMEOUT_MS = 120_000;
  private static final int SMALL_WINDOW_BYTES = 16 * 1024;
  private static final int VERSION = 1;
  private static final SupportedVersions SUPPORTED = SupportedVersions.ofThisBuild();

  /** A received frame: a response with its correlation id, or a push. */
  record Received(int correlationId, Response response, Push push) {}

  private final Socket socket;
  private final DataInputStream in;
  private int lastCorrelationId;

  private WireClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Connects and sends nothing. */
  static WireClient connect(int port) {
    return connect(new Socket(), port);
  }

  /** Connects from one of the loopback addresses, such as 127.0.0.2, and sends nothing. */
  static WireClient connectFrom(String address, int port) {
    try {
      Socket socket = new Socket();
      socket.bind(new InetSocketAddress(address, 0));
      return connect(socket, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects from a loopback address and sends HELLO. */
  static WireClient helloFrom(String address, int port) {
    return hello(connectFrom(address, port));
  }

  private static WireClient connect(Socket socket, int port) {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(READ_TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      return new WireClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects and sends HELLO. */
  static WireClient hello(int port) {
    return hello(connect(port));
  }

  /** Connects and sends HELLO with a name. */
  static WireClient named(String clientId, int port) {
    return hello(clientId, connect(port));
  }

  /** Connects with a small receive buffer in the kernel, and sends HELLO. */
  static WireClient helloWithSmallWindow(int port) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(SMALL_WINDOW_BYTES);
      return hello(connect(socket, port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uses a socket that is connected, such as one of TLS, and sends nothing. */
  static WireClient silentOver(Socket socket) {
    try {
      return new WireClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uses a socket that is connected, such as one of TLS, and sends HELLO. */
  static WireClient over(Socket socket) {
    try {
      return hello(new WireClient(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WireClient hello(WireClient client) {
    return hello("test-client", client);
  }

  private static WireClient hello(String clientId, WireClient client) {
    client.ask(new HelloRequest(clientId, "wire-client"), HelloResponse.class);
    return client;
  }

  /** Sends a request and returns its correlation id. */
  int send(Request request) {
    return send(VERSION, request);
  }

  /** Sends a request of a version, and returns its correlation id. */
  int send(int version, Request request) {
    int correlationId = ++lastCorrelationId;
    ByteBuf frame =
        Frames.encodeRequest(UnpooledByteBufAllocator.DEFAULT, version, correlationId, request);
    sendAndRelease(frame);
    return correlationId;
  }

  int produce(UUID topicId, int partition, AckLevel ack, ByteBuffer batch) {
    return produce(topicId, partition, ack, ProducerSecret.NONE, batch);
  }

  int produce(UUID topicId, int partition, AckLevel ack, ProducerSecret secret, ByteBuffer batch) {
    ByteBuf bytes = Unpooled.wrappedBuffer(batch);
    return send(new ProduceRequest(topicId, partition, ack, secret, bytes));
  }

  void sendRaw(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next frame. */
  Received receive() {
    Received received = receiveOrEnd();
    assertThat(received).as("a frame, not the end of the stream").isNotNull();
    return received;
  }

  /** The next frame; null when the broker has closed its side. */
  Received receiveOrEnd() {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int length =
          first
              | in.readUnsignedByte() << 8
              | in.readUnsignedByte() << 16
              | in.readUnsignedByte() << 24;
      byte[] frame = new byte[length];
      in.readFully(frame);
      ByteBuf body = Unpooled.wrappedBuffer(frame);
      FrameHeader header = FrameHeader.read(body);
      return header.kind() == FrameKind.PUSH
          ? new Received(0, null, Frames.decodePush(SUPPORTED, header, body))
          : new Received(
              header.correlationId(), Frames.decodeResponse(SUPPORTED, header, body), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request and expects the next frame to be its answer. */
  <R extends Response> R ask(Request request, Class<R> type) {
    return answerTo(send(request), type);
  }

  <R extends Response> R answerTo(int correlationId, Class<R> type) {
    Received received = receive();
    assertThat(received.correlationId()).isEqualTo(correlationId);
    assertThat(received.response()).isInstanceOf(type);
    return type.cast(received.response());
  }

  ErrorResponse refusalOf(Request request) {
    return ask(request, ErrorResponse.class);
  }

  <P extends Push> P push(Class<P> type) {
    Received received = receive();
    assertThat(received.push()).isInstanceOf(type);
    return type.cast(received.push());
  }

  /** A GO_AWAY, and then the end of the stream. */
  GoAwayPush goAway() {
    GoAwayPush push = push(GoAwayPush.class);
    assertThat(atEnd()).isTrue();
    return push;
  }

  /** Whether the next read gives the end of the stream. */
  boolean atEnd() {
    try {
      in.readByte();
      return false;
    } catch (EOFException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All bytes until the broker closes its side. */
  byte[] readToEnd() {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sendAndRelease(ByteBuf frame) {
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes).release();
    sendRaw(bytes);
  }
}
