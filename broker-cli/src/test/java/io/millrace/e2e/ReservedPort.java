package io.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port of the loopback interface that stays free for one broker, also while the broker is
 * down. It is below the range from which the kernel takes the ports of outgoing connections. No
 * other test takes it: as long as it is reserved, the UDP port with its number is in use.
 */
final class ReservedPort implements AutoCloseable {

  private static final int MIN = 10_000;
  private static final int MAX = 32_768;
  private static final int ATTEMPTS = 1_000;

  private final DatagramSocket reservation;

  private ReservedPort(DatagramSocket reservation) {
    this.reservation = reservation;
  }

  static ReservedPort reserve() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      InetSocketAddress address =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), ThreadLocalRandom.current().nextInt(MIN, MAX));
      try {
        DatagramSocket reservation = new DatagramSocket(address);
        if (isFree(address)) {
          return new ReservedPort(reservation);
        }
        reservation.close();
      } catch (BindException e) {
        // Another test has reserved the port. Try another one.
      }
    }
    throw new IOException("found no free port from " + MIN + " to " + (MAX - 1));
  }

  private static boolean isFree(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
      return true;
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int number() {
    return reservation.getLocalPort();
  }

  @Override
  public void close() {
    reservation.close();
  }
}
