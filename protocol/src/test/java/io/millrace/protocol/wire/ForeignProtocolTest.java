package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignProtocolTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "POST /topics HTTP/1.1\r\n",
        "PUT /x HTTP/1.1\r\n",
        "HEAD / HTTP/1.1\r\n",
        "OPTIONS * HTTP/1.1\r\n",
        "DELETE /x HTTP/1.1\r\n",
        "PATCH /x HTTP/1.1\r\n",
        "CONNECT host:443 HTTP/1.1\r\n",
        "TRACE / HTTP/1.1\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void httpIsKnownByItsMethod(String request) {
    ByteBuf in = Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII);

    assertThat(ForeignProtocol.of(in)).contains(ForeignProtocol.HTTP);
  }

  @Test
  void tlsIsKnownByItsClientHello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    hello.flip();

    assertThat(ForeignProtocol.of(Unpooled.wrappedBuffer(hello))).contains(ForeignProtocol.TLS);
  }

  @Test
  void longestHelloIsOurs() {
    ByteBuf hello = Wire.encode(new HelloRequest("x".repeat(255), "y".repeat(65_535)));

    assertThat(ForeignProtocol.of(hello)).isEmpty();
  }

  @Test
  void noLengthOfAHelloIsTakenForAnother() {
    ByteBuf in = Unpooled.buffer(4).writeIntLE(0);
    int longest =
        Wire.encode(new HelloRequest("x".repeat(255), "y".repeat(65_535))).readableBytes();
    for (int length = 0; length <= longest; length++) {
      in.setIntLE(0, length);

      assertThat(ForeignProtocol.of(in)).as("length %d", length).isEmpty();
    }
  }
}
