package io.millrace.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy in front of a broker that injects connection faults. It cuts a connection after a number
 * of bytes to the broker or from it, counted from the call that requests the cut. Either the whole
 * connection is cut, or only that direction. The bytes before the cut arrive. It can also pass
 * bytes one by one, or accept connections and pass nothing.
 */
final class FaultProxy implements AutoCloseable {

  private static final int NEVER = Integer.MAX_VALUE;

  private final ServerSocket listener;
  private final int brokerPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private int leftToBroker = NEVER;
  private int leftFromBroker = NEVER;
  private int cuts;
  private volatile boolean oneDirection;
  private volatile boolean trickle;
  private volatile boolean silent;

  private FaultProxy(ServerSocket listener, int brokerPort) {
    this.listener = listener;
    this.brokerPort = brokerPort;
  }

  static FaultProxy before(EndToEndBroker broker) throws IOException {
    return before(broker.port());
  }

  static FaultProxy before(int brokerPort) throws IOException {
    FaultProxy proxy =
        new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), brokerPort);
    start(proxy::accept);
    return proxy;
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  synchronized void cutToBrokerAfter(int bytes) {
    leftToBroker = bytes;
  }

  synchronized void cutFromBrokerAfter(int bytes) {
    leftFromBroker = bytes;
  }

  synchronized void stopCutting() {
    leftToBroker = NEVER;
    leftFromBroker = NEVER;
  }

  /**
   * Cuts only one direction, like a half-close of TCP. Bytes that are sent in that direction are
   * dropped.
   */
  void cutOneDirectionOnly() {
    oneDirection = true;
  }

  /** Passes each byte in its own packet from now on. */
  void trickle() {
    trickle = true;
  }

  /** Whether connections that are opened from now on are accepted, but pass nothing. */
  void beSilent(boolean silent) {
    this.silent = silent;
  }

  /** Closes all open connections. */
  void cutAll() {
    cut();
  }

  synchronized int cuts() {
    return cuts;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        if (silent) {
          continue;
        }
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
        broker.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        open.add(broker);
        start(() -> pump(client, broker, true));
        start(() -> pump(broker, client, false));
      } catch (IOException closed) {
        cut();
      }
    }
  }

  private void pump(Socket from, Socket to, boolean toBroker) {
    byte[] bytes = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      boolean ended = false;
      for (int read = read(in, bytes); read >= 0; read = read(in, bytes)) {
        int passed = ended ? 0 : pass(read, toBroker);
        if (!ended) {
          to.getOutputStream().write(bytes, 0, passed);
        }
        if (passed < read && !oneDirection) {
          break;
        }
        if (passed < read && !ended) {
          ended = true;
          to.shutdownOutput();
        }
      }
    } catch (IOException otherSideClosed) {
      return;
    } finally {
      end(from, to);
    }
  }

  private int read(InputStream in, byte[] bytes) throws IOException {
    return in.read(bytes, 0, trickle ? 1 : bytes.length);
  }

  private static void end(Socket... sockets) {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * The number of these bytes that may pass. If it is less than {@code bytes}, the connection is
   * cut after them.
   */
  private synchronized int pass(int bytes, boolean toBroker) {
    int left = toBroker ? leftToBroker : leftFromBroker;
    if (left == NEVER) {
      return bytes;
    }
    int after = left - bytes < 0 ? NEVER : left - bytes;
    if (toBroker) {
      leftToBroker = after;
    } else {
      leftFromBroker = after;
    }
    cuts += left < bytes ? 1 : 0;
    return Math.min(bytes, left);
  }

  private void cut() {
    end(open.toArray(Socket[]::new));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
