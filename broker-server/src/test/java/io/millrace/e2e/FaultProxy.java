package io.millrace.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a broker that is cut where the test says: after so many bytes to the broker or from it,
 * counted from the moment when the cut was ordered. What came before the cut arrives.
 */
final class FaultProxy implements AutoCloseable {

  private static final int NEVER = Integer.MAX_VALUE;

  private final ServerSocket listener;
  private final int brokerPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private int leftToBroker = NEVER;
  private int leftFromBroker = NEVER;
  private int cuts;

  private FaultProxy(ServerSocket listener, int brokerPort) {
    this.listener = listener;
    this.brokerPort = brokerPort;
  }

  static FaultProxy before(BrokerProcess broker) throws IOException {
    FaultProxy proxy =
        new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), broker.port());
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

  synchronized void cutNoMore() {
    leftToBroker = NEVER;
    leftFromBroker = NEVER;
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
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
        open.add(client);
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
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        int passed = pass(read, toBroker);
        out.write(bytes, 0, passed);
        out.flush();
        if (passed < read) {
          return;
        }
      }
    } catch (IOException otherSideClosed) {
      return;
    }
  }

  /** How many of these bytes may pass; fewer than all are the last. */
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
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
