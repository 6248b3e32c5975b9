package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A version 2 of every api, which exists in this test only. */
class SecondVersionTest {

  private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
  private static final SupportedVersions OLD = supported(1);
  private static final SupportedVersions NEW = supported(2);
  private static final UUID TOPIC = new UUID(1, 2);

  static List<Object> messages() {
    return GoldenMessages.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void newReceiverReadsBothVersions(Object message) {
    assertThat(Wire.decodeBody(NEW, body(GoldenMessages.in(1, message), 1)))
        .isEqualTo(GoldenMessages.in(1, message));
    assertThat(Wire.decodeBody(NEW, body(GoldenMessages.in(2, message), 2)))
        .isEqualTo(GoldenMessages.in(2, message));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void oldReceiverRefusesTheNewVersionExceptInAnError(Object message) {
    ByteBuf frame = body(message, 2);

    if (message instanceof ErrorResponse) {
      assertThat(Wire.decodeBody(OLD, frame)).isEqualTo(message);
    } else {
      assertThatThrownBy(() -> Wire.decodeBody(OLD, frame))
          .isInstanceOf(WireException.class)
          .hasMessageContaining("version 2 is not supported; supported are 1 to 1");
    }
  }

  @Test
  void frameHasTheVersionThatTheSenderChose() {
    assertThat(hex(Wire.encode(new PingRequest(), 2)))
        .isEqualTo("08000000" + "00020100" + "67120000");
    assertThat(hex(Wire.encode(new EmptyResponse(), 2)))
        .isEqualTo("0a000000" + "01020100" + "67120000" + "0000");
    assertThat(hex(Wire.encode(new DeliverPush(1, 2, 3, Unpooled.EMPTY_BUFFER), 2)))
        .isEqualTo(
            "1c000000"
                + "02024000"
                + "00000000"
                + "01000000"
                + "0200000000000000"
                + "0300000000000000");
  }

  @Test
  void encodersOfTheHotPathWriteTheSameVersion() {
    ByteBuf none = Unpooled.EMPTY_BUFFER;
    ProducerSecret secret = new ProducerSecret(1, 2);

    assertThat(
            hex(
                ProduceRequest.encodeHead(
                    ALLOCATOR, 2, 4711, TOPIC, 3, AckLevel.SYNCED, secret, 0)))
        .isEqualTo(
            hex(Wire.encode(new ProduceRequest(TOPIC, 3, AckLevel.SYNCED, secret, none), 2)));
    assertThat(hex(ProduceResponse.encodeFrame(ALLOCATOR, 2, 4711, 10, 20)))
        .isEqualTo(hex(Wire.encode(new ProduceResponse(10, 20), 2)));
    assertThat(hex(DeliverPush.encodeHead(ALLOCATOR, 2, 7, 100, 200, 0)))
        .isEqualTo(hex(Wire.encode(new DeliverPush(7, 100, 200, none), 2)));
    assertThat(hex(CreditRequest.encodeFrame(ALLOCATOR, 2, 7, 8)))
        .isEqualTo(hex(Frames.encodeRequest(ALLOCATOR, 2, 0, new CreditRequest(7, 8))));
  }

  /** The way in which a message gets a field in a later version. */
  private record Text(String text, String since2) {

    static Text decode(WireReader in) {
      return new Text(in.string("text"), in.version() >= 2 ? in.string("since2") : "");
    }

    void encode(WireWriter out) {
      out.string(text);
      if (out.version() >= 2) {
        out.string(since2);
      }
    }
  }

  @Test
  void fieldOfALaterVersionIsAbsentInTheEarlierOne() {
    assertThat(afterTheWire(new Text("a", "b"), 1)).isEqualTo(new Text("a", ""));
    assertThat(afterTheWire(new Text("a", "b"), 2)).isEqualTo(new Text("a", "b"));
  }

  private static Text afterTheWire(Text sent, int version) {
    ByteBuf body = Unpooled.buffer();
    sent.encode(new WireWriter(body, version));
    WireReader in = new WireReader(new FrameHeader(FrameKind.REQUEST, version, 1, 1), body);
    Text received = Text.decode(in);
    in.end();
    return received;
  }

  private static ByteBuf body(Object message, int version) {
    return Wire.encode(message, version).skipBytes(FrameHeader.LENGTH_BYTES);
  }

  private static String hex(ByteBuf frame) {
    return ByteBufUtil.hexDump(frame);
  }

  private static SupportedVersions supported(int max) {
    return SupportedVersions.of(
        SupportedVersions.ofThisBuild().toList().stream()
            .map(range -> new ApiVersions(range.api(), 1, max))
            .toList());
  }
}
