package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every version of every message as it was first written. The files are never edited. */
class GoldenBytesTest {

  /** One message in one version of its api. */
  record Golden(Object message, int version) {

    String hex() throws IOException {
      String file = "/golden/wire-v" + version + "/" + message.getClass().getSimpleName() + ".hex";
      try (InputStream in = GoldenBytesTest.class.getResourceAsStream(file)) {
        assertThat(in).as("resource %s", file).isNotNull();
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
      }
    }
  }

  /** A new version of an api needs a new directory with the messages of that api. */
  static Stream<Golden> messages() {
    return GoldenMessages.all().stream()
        .flatMap(
            message -> {
              Api api = MessageTypes.apiOf(message.getClass());
              return IntStream.rangeClosed(api.minVersion(), api.maxVersion())
                  .mapToObj(version -> new Golden(GoldenMessages.in(version, message), version));
            });
  }

  @Test
  void everyMessageTypeHasGoldenBytes() {
    assertThat(GoldenMessages.all())
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(MessageTypes.all());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isWrittenAsItAlwaysWas(Golden golden) throws IOException {
    assertThat(ByteBufUtil.hexDump(Wire.encode(golden.message(), golden.version())))
        .isEqualTo(golden.hex());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isReadAsItAlwaysWas(Golden golden) throws IOException {
    byte[] bytes = ByteBufUtil.decodeHexDump(golden.hex());

    assertThat(Wire.decode(Unpooled.wrappedBuffer(bytes))).isEqualTo(golden.message());
  }
}
