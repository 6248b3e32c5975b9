package io.millrace.client.fake;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FilterProgressPush;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.Push;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.millrace.protocol.wire.ThrottledPush;
import io.millrace.protocol.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** One connection, with a thread that reads it. */
public final class FakeSession {

  private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

  private static final int FIRST_VERSION = 1;

  private final FakeBroker broker;
  private final Socket socket;

  // Guarded by the broker's monitor.
  private Runnable afterAnswer;

  private final Map<Integer, Integer> subscribeVersions = new ConcurrentHashMap<>();
  private volatile int helloVersion = FIRST_VERSION;

  FakeSession(FakeBroker broker, Socket socket) {
    this.broker = broker;
    this.socket = socket;
  }

  /** Whether the broker has closed the connection. */
  public boolean isCut() {
    return socket.isClosed();
  }

  /** The TLS of the connection. */
  public SSLSocket tls() {
    return (SSLSocket) socket;
  }

  /** Closes the connection at once. */
  public void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pushes batches. */
  public void deliver(int subscriptionId, long nextOffset, long visibleEnd, byte[]... batches) {
    push(
        versionOf(subscriptionId),
        new DeliverPush(subscriptionId, nextOffset, visibleEnd, Unpooled.wrappedBuffer(batches)));
  }

  /** Reports what a filter has done. */
  public void progress(int subscriptionId, long scanned, long matched) {
    push(
        versionOf(subscriptionId),
        new FilterProgressPush(subscriptionId, scanned, matched, 3, 2, 1, 70, 900));
  }

  /** Ends a subscription. */
  public void end(int subscriptionId, ErrorCode code) {
    push(
        versionOf(subscriptionId),
        new SubscriptionEndedPush(subscriptionId, code, "scripted " + code));
  }

  /** Sends GoAway. The script closes the connection. */
  public void goAway(ErrorCode code) {
    push(helloVersion, new GoAwayPush(code, "scripted " + code));
  }

  /** Writes bytes, which can be an invalid frame. */
  public void write(byte[] bytes) {
    try {
      synchronized (socket) {
        socket.getOutputStream().write(bytes);
      }
    } catch (IOException alreadyCut) {
      cut();
    }
  }

  void start() {
    Thread reader = new Thread(this::read, "fake-session-" + socket.getPort());
    reader.setDaemon(true);
    reader.start();
  }

  /** Runs a task directly after the next response. */
  void afterAnswer(Runnable task) {
    afterAnswer = task;
  }

  void answer(FrameHeader request, Response response) {
    write(bytes(Frames.encodeResponse(ALLOCATOR, request, response)));
    Runnable task = afterAnswer;
    afterAnswer = null;
    if (task != null) {
      task.run();
    }
  }

  void answerHalf(FrameHeader request, Response response) {
    byte[] frame = bytes(Frames.encodeResponse(ALLOCATOR, request, response));
    write(java.util.Arrays.copyOf(frame, frame.length / 2));
    cut();
  }

  /** Says that the quota of client {@code test} delays what the connection produces. */
  public void throttle(Duration delay, boolean stopSending) {
    push(1, new ThrottledPush("client", "test", 1024, (int) delay.toMillis(), stopSending));
  }

  /** Says that the quota of a source delays the answers to batches with it. */
  public void throttleSource(String source, Duration delay) {
    push(1, new ThrottledPush("source", source, 1024, (int) delay.toMillis(), false));
  }

  void push(int version, Push push) {
    write(bytes(Frames.encodePush(ALLOCATOR, version, push)));
  }

  private int versionOf(int subscriptionId) {
    return subscribeVersions.getOrDefault(subscriptionId, FIRST_VERSION);
  }

  /** A push has the version of the request that leads to it. */
  private void remember(Request request, int version) {
    if (request instanceof SubscribeRequest subscribe) {
      subscribeVersions.put(subscribe.subscriptionId(), version);
    } else if (request instanceof HelloRequest) {
      helloVersion = version;
    }
  }

  private void receive(ByteBuf frame) {
    FrameHeader header = FrameHeader.read(frame);
    try {
      Request request = Frames.decodeRequest(broker.supported(), header, frame);
      remember(request, header.version());
      broker.handle(new Exchange(broker, this, header, request));
    } catch (WireException refused) {
      answer(header, new ErrorResponse(refused.code(), refused.getMessage()));
    }
  }

  private void read() {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (!socket.isClosed()) {
        byte[] frame = new byte[Integer.reverseBytes(in.readInt())];
        in.readFully(frame);
        receive(Unpooled.wrappedBuffer(frame));
      }
    } catch (EOFException | SocketException | SSLException closed) {
      // The client has closed the connection, or the script has.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(ByteBuf frame) {
    byte[] bytes = ByteBufUtil.getBytes(frame);
    frame.release();
    return bytes;
  }
}
