package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand connections that violate the protocol, one after another. Afterwards, the broker has
 * no more file descriptors, threads and memory than before. {@code
 * -Dmillrace.hostile.connections=1000} changes the number.
 */
class HostileConnectionsTest {

  private static final int CONNECTIONS = Integer.getInteger("millrace.hostile.connections", 10_000);
  private static final int WARM_UP = 200;
  private static final int PATIENCE_MS = Math.toIntExact(JavaProcess.LIMIT.toMillis());
  private static final long MOST_HEAP_GROWTH_BYTES = 8 << 20;
  private static final int MOST_FD_GROWTH = 8;
  private static final int MOST_THREAD_GROWTH = 4;
  private static final long SEED = 20_480;

  @TempDir Path directory;

  private final Random random = new Random(SEED);

  @Test
  void leaveNoFilesThreadsOrMemory() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      sendGarbage(broker, WARM_UP);
      long heap = liveHeapBytes(broker);
      long files = broker.openFiles();
      long threads = broker.threads();

      sendGarbage(broker, CONNECTIONS);

      await()
          .atMost(JavaProcess.LIMIT)
          .untilAsserted(
              () -> {
                assertThat(broker.openFiles()).isLessThanOrEqualTo(files + MOST_FD_GROWTH);
                assertThat(broker.threads()).isLessThanOrEqualTo(threads + MOST_THREAD_GROWTH);
              });
      assertThat(liveHeapBytes(broker)).isLessThan(heap + MOST_HEAP_GROWTH_BYTES);
      assertThat(broker.get("/health/ready").statusCode()).isEqualTo(200);
    }
  }

  private void sendGarbage(EndToEndBroker broker, int connections) throws IOException {
    for (int i = 0; i < connections; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", broker.port()), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        switch (i % 5) {
          case 0 ->
              sendAndReadToEnd(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
          case 1 -> sendAndReadToEnd(socket, overTheLimit());
          case 2 -> sendAndReadToEnd(socket, garbage());
          case 3 -> send(socket, halfAFrame());
          default -> socket.shutdownOutput();
        }
      }
    }
  }

  /** A frame length that every broker refuses, followed by bytes. */
  private static byte[] overTheLimit() {
    return frame(Integer.MAX_VALUE, 16);
  }

  /** A valid frame length, followed by fewer bytes. */
  private static byte[] halfAFrame() {
    return frame(1_000, 500);
  }

  private static byte[] frame(int length, int bytes) {
    return ByteBuffer.allocate(4 + bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array();
  }

  /** Random bytes that do not start with a valid frame length. */
  private byte[] garbage() {
    byte[] bytes = new byte[200];
    random.nextBytes(bytes);
    bytes[3] |= (byte) 0x80;
    return bytes;
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  private static void sendAndReadToEnd(Socket socket, byte[] bytes) throws IOException {
    try {
      send(socket, bytes);
      socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      // The broker closed the connection while bytes were in flight.
      assertThat(reset).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }
  }

  /** The bytes of all live objects after a collection, from the last line of the histogram. */
  private static long liveHeapBytes(EndToEndBroker broker) throws Exception {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), String.valueOf(broker.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as(told).isZero();
    String total = told.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.strip().split("\\s+")[2]);
  }
}
