package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Version 1 of the wire as it was first written. The files are never edited. */
class GoldenBytesTest {

  private static final String DIRECTORY = "/golden/wire-v1/";

  static List<Object> messages() {
    return GoldenMessages.all();
  }

  @Test
  void everyMessageTypeHasGoldenBytes() {
    assertThat(messages())
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(MessageTypes.all());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isWrittenAsItAlwaysWas(Object message) throws IOException {
    assertThat(ByteBufUtil.hexDump(Wire.encode(message))).isEqualTo(goldenHex(message));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isReadAsItAlwaysWas(Object message) throws IOException {
    byte[] golden = ByteBufUtil.decodeHexDump(goldenHex(message));

    assertThat(Wire.decode(Unpooled.wrappedBuffer(golden))).isEqualTo(message);
  }

  private static String goldenHex(Object message) throws IOException {
    String file = DIRECTORY + message.getClass().getSimpleName() + ".hex";
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream(file)) {
      assertThat(in).as("resource %s", file).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
    }
  }
}
