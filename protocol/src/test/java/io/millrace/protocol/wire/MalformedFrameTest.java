package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.millrace.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedFrameTest {

  @ParameterizedTest
  @CsvSource({
    "0, 63, 'there is no request with api number 63'",
    "0, 64, 'there is no request with api number 64'",
    "0, 65535, 'there is no request with api number 65535'",
    "1, 63, 'there is no request with api number 63'",
    "2, 8, 'there is no push with api number 8'",
    "2, 255, 'there is no push with api number 255'"
  })
  void unknownApiIsNamed(int kind, int api, String message) {
    WireException refused = refusal(frame(kind, 1, api).writeShortLE(0));

    assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_API);
    assertThat(refused).hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 255})
  void unknownVersionIsAnsweredWithTheKnownOnes(int version) {
    WireException refused = refusal(frame(0, version, Api.PING.number()));

    assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(refused)
        .hasMessage(
            "PING version "
                + version
                + " is not supported; supported are 1 to 1; use a version that the response to HELLO"
                + " lists");
  }

  @Test
  void truthValueIsZeroOrOne() {
    ByteBuf frame = Wire.encode(new LeaveGroupRequest("billing", "m-1", 42, true));
    frame.setByte(frame.writerIndex() - 1, 2);

    WireException refused = catchThrowableOfType(WireException.class, () -> Wire.decode(frame));

    assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(refused).hasMessage("LEAVE_GROUP request, field comeBack is 2; expected 0 or 1");
  }

  @Test
  void unknownKindIsRefused() {
    WireException refused = refusal(frame(3, 1, 0));

    assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(refused).hasMessageContaining("frame kind 3 is unknown");
  }

  @Test
  void requestIsNotTakenForAResponse() {
    FrameHeader header = FrameHeader.read(frame(0, 1, Api.PING.number()));

    WireException refused =
        catchThrowableOfType(
            WireException.class,
            () ->
                Frames.decodeResponse(
                    SupportedVersions.ofThisBuild(), header, Unpooled.EMPTY_BUFFER));

    assertThat(refused).hasMessage("a REQUEST came where a RESPONSE belongs");
  }

  @Test
  void errorForAnUnknownApiIsUnderstood() {
    ByteBuf frame = frame(1, 9, 999).writeShortLE(ErrorCode.UNKNOWN_API.code());
    new WireWriter(frame, 1).string("no such api");

    assertThat(Wire.decodeBody(frame))
        .isEqualTo(new ErrorResponse(ErrorCode.UNKNOWN_API, "no such api"));
  }

  @Test
  void unknownErrorCodeIsInternal() {
    ByteBuf frame = frame(1, 1, Api.PING.number()).writeShortLE(65_535);
    new WireWriter(frame, 1).string("from the future");

    assertThat(Wire.decodeBody(frame))
        .isEqualTo(new ErrorResponse(ErrorCode.INTERNAL, "from the future"));
  }

  @ParameterizedTest
  @CsvSource({"-1", "1", "2147483647", "-2147483648"})
  void longListIsRefusedBeforeItsCountIsBelieved(int count) {
    ByteBuf frame = frame(1, 1, Api.LIST_TOPICS.number()).writeShortLE(0).writeIntLE(count);

    assertRefusedCheaply(frame, "LIST_TOPICS response, field topics claims " + count + " items");
  }

  @Test
  void shortListIsRefusedBeforeItsCountIsBelieved() {
    ByteBuf frame = frame(0, 1, Api.SUBSCRIBE.number()).writeIntLE(1).writeZero(16 + 4);
    frame.writeByte(0).writeLongLE(0).writeByte(0).writeLongLE(1).writeShortLE(65_535);

    assertRefusedCheaply(frame, "field sources claims 65535 items");
  }

  @Test
  void boundsAreRefusedBeforeTheirCountIsBelieved() {
    ByteBuf frame = frame(0, 1, Api.DELETE_EVENTS.number()).writeZero(16).writeShortLE(65_535);
    frame.writeZero(12);

    assertRefusedCheaply(frame, "field bounds claims 65535 items of at least 12 bytes");
  }

  @Test
  void bytesAfterTheLastBoundAreRefused() {
    ByteBuf frame = frame(0, 1, Api.DELETE_EVENTS.number()).writeZero(16).writeShortLE(1);
    frame.writeZero(12 + 1);

    assertRefusedCheaply(
        frame, "DELETE_EVENTS request: 1 bytes are left over after the last field");
  }

  @Test
  void mapIsRefusedBeforeItsCountIsBelieved() {
    ByteBuf frame = frame(0, 1, Api.ALTER_TOPIC.number()).writeShortLE(0).writeShortLE(65_535);

    assertRefusedCheaply(frame, "field changes claims 65535 items");
  }

  @Test
  void stringIsRefusedBeforeItsLengthIsBelieved() {
    ByteBuf frame = frame(0, 1, Api.DELETE_TOPIC.number()).writeShortLE(65_535).writeByte('x');

    assertRefusedCheaply(frame, "field name needs 65535 bytes, 1 are left");
  }

  @Test
  void nameTwiceInAMapIsRefused() {
    ByteBuf frame = frame(0, 1, Api.ALTER_TOPIC.number());
    new WireWriter(frame, 1).string("rides");
    frame.writeShortLE(2);
    for (int i = 0; i < 2; i++) {
      new WireWriter(frame, 1).string("retentionTime");
      new WireWriter(frame, 1).string("1d");
    }

    assertRefusedCheaply(frame, "field changes has the name 'retentionTime' twice");
  }

  @ParameterizedTest
  @ValueSource(ints = {0xFF, 0xC0, 0xE2, 0x80})
  void textThatIsNotUtf8IsRefused(int badByte) {
    ByteBuf frame = frame(0, 1, Api.DELETE_TOPIC.number()).writeShortLE(2);
    frame.writeByte('x').writeByte(badByte);

    assertRefusedCheaply(frame, "field name is not UTF-8");
  }

  @Test
  void surrogateInUtf8IsRefused() {
    ByteBuf frame = frame(0, 1, Api.DELETE_TOPIC.number()).writeShortLE(3);
    frame.writeByte(0xED).writeByte(0xA0).writeByte(0x80);

    assertRefusedCheaply(frame, "field name is not UTF-8");
  }

  @Test
  void unknownChoiceIsAnInvalidRequest() {
    ByteBuf frame = frame(0, 1, Api.PRODUCE.number()).writeZero(16 + 4).writeByte(3);

    WireException refused = refusal(frame);

    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refused)
        .hasMessageContaining("PRODUCE request, field ack: ack level 3 is unknown; expected 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void clientIdOutsideItsLimitsIsAnInvalidRequest(int bytes) {
    ByteBuf frame = frame(0, 1, Api.HELLO.number());
    new WireWriter(frame, 1).string("x".repeat(bytes));
    new WireWriter(frame, 1).string("");

    WireException refused = refusal(frame);

    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refused).hasMessageContaining("has " + bytes + " bytes of UTF-8; expected 1 to 255");
  }

  private static void assertRefusedCheaply(ByteBuf frame, String message) {
    refusal(frame.duplicate()); // classes are loaded
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    WireException refused = refusal(frame);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(refused).hasMessageContaining(message);
    assertThat(allocated).as("bytes allocated").isLessThan(60_000);
  }

  private static WireException refusal(ByteBuf frame) {
    return catchThrowableOfType(WireException.class, () -> Wire.decodeBody(frame));
  }

  /** A frame without its length field, up to the body. */
  private static ByteBuf frame(int kind, int version, int api) {
    return Unpooled.buffer()
        .writeByte(kind)
        .writeByte(version)
        .writeShortLE(api)
        .writeIntLE(Wire.CORRELATION_ID);
  }
}
