package io.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The port that clients use. It passes their bytes to the broker, whose own port changes with each
 * start, and back. It has the same number until it is closed, so that clients reconnect. Any
 * thread.
 */
final class ClientPort implements AutoCloseable {

  private static final int NONE = -1;
  private static final int BACKLOG = 128;
  private static final long CLOSE_SECONDS = 60;

  /** The name of the threads. */
  static final String THREAD = "millrace-embedded-port";

  /** Bound and not listening: it keeps the port from others, and the system refuses clients. */
  private final Socket reservation;

  private final ExecutorService threads = Executors.newCachedThreadPool(ClientPort::thread);
  private final Set<Connection> connections = new HashSet<>();

  /** Null while clients are refused. */
  private ServerSocket listener;

  private int brokerPort = NONE;
  private boolean refusing;

  private ClientPort(Socket reservation) {
    this.reservation = reservation;
  }

  /** A port that refuses clients until {@link #serve}. */
  static ClientPort reserve() {
    try {
      Socket reservation = new Socket();
      reservation.setReuseAddress(true);
      reservation.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new ClientPort(reservation);
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free on the loopback address", e);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, THREAD);
    thread.setDaemon(true);
    return thread;
  }

  int number() {
    return reservation.getLocalPort();
  }

  /** Passes connections to a broker from now on. */
  synchronized void serve(int port) {
    brokerPort = port;
    listenOrNot();
  }

  /** Refuses connections until the next {@link #serve}. Open ones stay. */
  synchronized void stopServing() {
    brokerPort = NONE;
    listenOrNot();
  }

  /** Whether to refuse connections although there is a broker. Open ones stay. */
  synchronized void refuse(boolean refuse) {
    refusing = refuse;
    listenOrNot();
  }

  /** Whether clients can connect. */
  synchronized boolean isListening() {
    return listener != null;
  }

  /** Resets all connections. */
  synchronized void dropConnections() {
    connections.forEach(Connection::reset);
    connections.clear();
  }

  private void listenOrNot() {
    boolean listen = brokerPort != NONE && !refusing;
    try {
      if (listen && listener == null) {
        ServerSocket next = new ServerSocket();
        next.setReuseAddress(true);
        next.bind(reservation.getLocalSocketAddress(), BACKLOG);
        listener = next;
        threads.execute(() -> accept(next));
      } else if (!listen && listener != null) {
        listener.close();
        listener = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + number(), e);
    }
  }

  private void accept(ServerSocket accepting) {
    while (true) {
      Socket client;
      try {
        client = accepting.accept();
      } catch (IOException closed) {
        return;
      }
      connect(client, accepting);
    }
  }

  private void connect(Socket client, ServerSocket accepting) {
    Socket broker = new Socket();
    Connection connection = new Connection(client, broker);
    synchronized (this) {
      if (listener != accepting) {
        connection.reset();
        return;
      }
      try {
        broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), brokerPort));
        client.setTcpNoDelay(true);
        broker.setTcpNoDelay(true);
      } catch (IOException e) {
        connection.reset(); // The client sees a broken connection, as of a broker that is gone.
        return;
      }
      connections.add(connection);
      threads.execute(() -> pump(connection, client, broker));
      threads.execute(() -> pump(connection, broker, client));
    }
  }

  /** Passes bytes in one direction until its end. */
  private void pump(Connection connection, Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
      if (connection.ended()) {
        connection.close();
        forget(connection);
      }
    } catch (IOException broken) {
      connection.reset();
      forget(connection);
    }
  }

  private synchronized void forget(Connection connection) {
    connections.remove(connection);
  }

  /** Resets all connections, frees the port and ends the threads. */
  @Override
  public void close() {
    stopServing();
    dropConnections();
    threads.shutdown();
    try {
      reservation.close();
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a thread of port " + number() + " does not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The two sockets of a client's connection. */
  private static final class Connection {

    private final Socket client;
    private final Socket broker;
    private int endedDirections;

    Connection(Socket client, Socket broker) {
      this.client = client;
      this.broker = broker;
    }

    /** One direction has ended. Returns whether both have. */
    synchronized boolean ended() {
      return ++endedDirections == 2;
    }

    void close() throws IOException {
      client.close();
      broker.close();
    }

    void reset() {
      reset(client);
      reset(broker);
    }

    private static void reset(Socket socket) {
      try (socket) {
        socket.setSoLinger(true, 0);
      } catch (IOException alreadyClosed) {
        return;
      }
    }
  }
}
