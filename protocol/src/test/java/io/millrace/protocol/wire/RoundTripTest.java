package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {

  private static final int MESSAGES = 200;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final RandomMessages messages = new RandomMessages(seed);

  static List<Class<?>> types() {
    return MessageTypes.all();
  }

  static List<Class<?>> typesWithAnEnd() {
    return types().stream().filter(type -> !MessageTypes.isOpenEnded(type)).toList();
  }

  @ParameterizedTest
  @MethodSource("types")
  void comesBackAsItWasSent(Class<?> type) throws ReflectiveOperationException {
    for (int i = 0; i < MESSAGES; i++) {
      Object message = messages.next(type);
      ByteBuf frame = Wire.encode(message);

      assertThat(NextFrame.of(frame, frame.readableBytes())).isEqualTo(NextFrame.COMPLETE);
      assertThat(Wire.decode(frame)).as("seed %d, message %d", seed, i).isEqualTo(message);
      frame.release();
    }
  }

  @ParameterizedTest
  @MethodSource("typesWithAnEnd")
  void everyMissingByteIsMissed(Class<?> type) throws ReflectiveOperationException {
    ByteBuf frame = Wire.encode(messages.next(type));
    for (int length = 0; length < frame.readableBytes() - 4; length++) {
      ByteBuf truncated = frame.slice(4, length);

      assertThatThrownBy(() -> Wire.decodeBody(truncated))
          .as("seed %d, %d bytes", seed, length)
          .isInstanceOfSatisfying(
              WireException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_FRAME));
    }
    frame.release();
  }

  @ParameterizedTest
  @MethodSource("typesWithAnEnd")
  void leftOverBytesAreRefused(Class<?> type) throws ReflectiveOperationException {
    ByteBuf frame = Wire.encode(messages.next(type));
    ByteBuf longer = Unpooled.buffer().writeBytes(frame).writeByte(0).writeByte(0);

    assertThatThrownBy(() -> Wire.decode(longer))
        .as("seed %d", seed)
        .isInstanceOf(WireException.class)
        .hasMessageContaining("2 bytes are left over");
    frame.release();
  }

  @ParameterizedTest
  @MethodSource("types")
  void damagedFrameEndsInAMessageOrInAWireException(Class<?> type)
      throws ReflectiveOperationException {
    Random random = new Random(seed);
    for (int i = 0; i < MESSAGES; i++) {
      ByteBuf frame = Wire.encode(messages.next(type));
      for (int damaged = random.nextInt(4); damaged >= 0; damaged--) {
        frame.setByte(4 + random.nextInt(frame.readableBytes() - 4), random.nextInt());
      }

      assertThat(catchThrowable(() -> Wire.decode(frame)))
          .as("seed %d, message %d: %s", seed, i, ByteBufUtil.hexDump(frame))
          .satisfiesAnyOf(
              nothing -> assertThat(nothing).isNull(),
              refused -> assertThat(refused).isInstanceOf(WireException.class));
      frame.release();
    }
  }
}
