package io.millrace.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * A connection to the HTTP port on which a test sends any bytes. A read fails after two minutes.
 */
final class HttpSocket implements AutoCloseable {

  private static final int READ_TIMEOUT_MS = 120_000;
  private static final int SMALL_WINDOW_BYTES = 16 * 1024;
  private static final String LENGTH = "content-length: ";

  private final Socket socket = new Socket();
  private DataInputStream in;

  private HttpSocket() {}

  static HttpSocket connect(MillraceServer server) {
    return connectFrom("127.0.0.1", server);
  }

  /** Connects from one of the loopback addresses, with a small receive buffer in the kernel. */
  static HttpSocket connectFrom(String address, MillraceServer server) {
    HttpSocket http = new HttpSocket();
    try {
      http.socket.setReceiveBufferSize(SMALL_WINDOW_BYTES);
      http.socket.bind(new InetSocketAddress(address, 0));
      http.socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.httpPort()));
      http.socket.setSoTimeout(READ_TIMEOUT_MS);
      http.in = new DataInputStream(http.socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return http;
  }

  HttpSocket send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** The next answer: its lines, an empty line, and its body. */
  String answer() {
    StringBuilder head = new StringBuilder();
    try {
      while (!head.toString().endsWith("\r\n\r\n")) {
        head.append((char) in.readUnsignedByte());
      }
      String text = head.toString();
      int start = text.toLowerCase().indexOf(LENGTH) + LENGTH.length();
      byte[] body = new byte[Integer.parseInt(text.substring(start, text.indexOf('\r', start)))];
      in.readFully(body);
      return text + new String(body, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("after '" + head + "'", e);
    }
  }

  /** Fails unless the broker has closed its side, without a reset. */
  void expectEnd() {
    try {
      if (in.read() >= 0) {
        throw new AssertionError("the broker sends more than its answer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything until the broker closes the connection. */
  String toEnd() {
    StringBuilder text = new StringBuilder();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        text.append((char) next);
      }
    } catch (SocketException reset) {
      // The broker has closed the connection with bytes unread.
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
