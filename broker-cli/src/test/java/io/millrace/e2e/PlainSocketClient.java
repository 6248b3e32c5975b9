package io.millrace.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/**
 * A client that is written from {@code docs/protocol.md} alone, with a blocking socket and byte
 * buffers, and without classes of the broker. Used by one thread.
 */
final class PlainSocketClient implements AutoCloseable {

  private static final int REQUEST = 0;
  private static final int RESPONSE = 1;
  private static final int PUSH = 2;

  static final int HELLO = 0;
  static final int PING = 1;
  static final int CREATE_TOPIC = 2;
  static final int OPEN_PRODUCER = 7;
  static final int PRODUCE = 8;
  static final int SUBSCRIBE = 9;
  static final int CREDIT = 11;
  static final int DELIVER = 64;
  static final int GO_AWAY = 66;

  static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Bytes of a producer's secret. */
  static final int SECRET_BYTES = 16;

  /** The position of the acknowledgement level in the body of PRODUCE. */
  private static final int ACK_AT = 20;

  private static final int HEADER_BYTES = 8;
  private static final int MAX_FRAME_BYTES = 64 << 20;

  /** A frame from the broker. The body is between position and limit. */
  record Frame(int kind, int version, int api, int correlationId, ByteBuffer body) {}

  /** The broker refused a request. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    final int code;

    Refused(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  private final SocketChannel socket;
  private final Deque<Frame> pushes = new ArrayDeque<>();
  private int lastCorrelationId;

  PlainSocketClient(int port) throws IOException {
    socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
  }

  /** Sends HELLO and returns the body of the answer. */
  ByteBuffer hello(String clientId) throws IOException, Refused {
    ByteBuffer body = buffer(1024);
    putString(body, clientId);
    putString(body, "plain socket");
    return call(HELLO, body.flip());
  }

  /** Creates a topic and returns its id. */
  UUID createTopic(String name, int partitions) throws IOException, Refused {
    ByteBuffer body = buffer(1024);
    putString(body, name);
    body.putInt(partitions).putShort((short) 0);
    return getUuid(call(CREATE_TOPIC, body.flip()));
  }

  /** Produces without a producer id, with the acknowledgement level synced. */
  long produce(UUID topicId, int partition, ByteBuffer batch) throws IOException, Refused {
    return produce(topicId, partition, new byte[SECRET_BYTES], batch);
  }

  /** Produces with the acknowledgement level synced, and returns the base offset. */
  long produce(UUID topicId, int partition, byte[] secret, ByteBuffer batch)
      throws IOException, Refused {
    return call(PRODUCE, produceBody(topicId, partition, secret, batch)).getLong();
  }

  /** As {@link #produce}, but does not wait for the answer. */
  void sendProduce(UUID topicId, int partition, byte[] secret, ByteBuffer batch)
      throws IOException {
    send(PRODUCE, produceBody(topicId, partition, secret, batch));
  }

  /** As {@link #sendProduce}, with the acknowledgement level stored. */
  void sendProduceStored(UUID topicId, int partition, byte[] secret, ByteBuffer batch)
      throws IOException {
    send(PRODUCE, produceBody(topicId, partition, secret, batch).put(ACK_AT, (byte) 1));
  }

  private static ByteBuffer produceBody(
      UUID topicId, int partition, byte[] secret, ByteBuffer batch) {
    ByteBuffer body = buffer(16 + 4 + 1 + SECRET_BYTES + batch.remaining());
    putUuid(body, topicId);
    return body.putInt(partition).put((byte) 2).put(secret).put(batch.duplicate()).flip();
  }

  /** Subscribes from an offset with isolation durable, and returns the start offset. */
  long subscribe(int subscriptionId, UUID topicId, int partition, long offset, long creditBytes)
      throws IOException, Refused {
    ByteBuffer body = buffer(64).putInt(subscriptionId);
    putUuid(body, topicId);
    body.putInt(partition).put((byte) 2).putLong(offset).put((byte) 0).putLong(creditBytes);
    return call(SUBSCRIBE, body.putShort((short) 0).flip()).getLong();
  }

  void credit(int subscriptionId, long bytes) throws IOException {
    send(CREDIT, buffer(12).putInt(subscriptionId).putLong(bytes).flip());
  }

  /** Waits for the next push. */
  Frame nextPush() throws IOException {
    while (pushes.isEmpty()) {
      Frame frame = receive();
      if (frame.kind != PUSH) {
        throw new IOException("expected a push, got " + frame);
      }
      pushes.add(frame);
    }
    return pushes.remove();
  }

  /** The pushes that arrived while the client waited for an answer. */
  int pendingPushes() {
    return pushes.size();
  }

  /** Sends a request, waits for its answer, and returns the fields of the answer. */
  ByteBuffer call(int api, ByteBuffer body) throws IOException, Refused {
    int correlationId = send(api, body);
    Frame frame = receive();
    while (frame.kind == PUSH) {
      pushes.add(frame);
      frame = receive();
    }
    if (frame.kind != RESPONSE || frame.correlationId != correlationId || frame.api != api) {
      throw new IOException("expected the answer to request " + correlationId + ", got " + frame);
    }
    int error = frame.body.getShort();
    if (error != 0) {
      throw new Refused(error, getString(frame.body));
    }
    return frame.body;
  }

  int send(int api, ByteBuffer body) throws IOException {
    ByteBuffer frame = buffer(4 + HEADER_BYTES + body.remaining());
    frame.putInt(HEADER_BYTES + body.remaining()).put((byte) REQUEST).put((byte) 1);
    frame.putShort((short) api).putInt(++lastCorrelationId).put(body).flip();
    sendBytes(frame);
    return lastCorrelationId;
  }

  /** Sends bytes that need not be a frame. */
  void sendBytes(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /**
   * Reads the next frame.
   *
   * @throws EOFException if the broker has closed the connection
   */
  Frame receive() throws IOException {
    int length = read(4).getInt();
    if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) {
      throw new IOException("a frame has length " + length);
    }
    ByteBuffer in = read(length);
    return new Frame(in.get(), in.get(), in.getShort(), in.getInt(), in);
  }

  private ByteBuffer read(int bytes) throws IOException {
    ByteBuffer in = buffer(bytes);
    while (in.hasRemaining()) {
      if (socket.read(in) < 0) {
        throw new EOFException("the broker closed the connection");
      }
    }
    return in.flip();
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static String getString(ByteBuffer in) {
    byte[] utf8 = new byte[in.getShort() & 0xFFFF];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static void putString(ByteBuffer out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) utf8.length).put(utf8);
  }

  private static UUID getUuid(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }

  private static void putUuid(ByteBuffer out, UUID uuid) {
    out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
