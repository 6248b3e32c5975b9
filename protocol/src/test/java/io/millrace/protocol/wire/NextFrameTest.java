package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextFrameTest {

  private static final int LIMIT = 100;

  @ParameterizedTest
  @CsvSource({
    "8, 7, INCOMPLETE",
    "8, 8, COMPLETE",
    "8, 50, COMPLETE",
    "100, 99, INCOMPLETE",
    "100, 100, COMPLETE",
    "101, 0, TOO_LARGE",
    "2147483647, 0, TOO_LARGE",
    "7, 7, TOO_SMALL",
    "0, 0, TOO_SMALL",
    "-1, 8, TOO_SMALL"
  })
  void lengthDecides(int length, int bytesAfterIt, NextFrame expected) {
    ByteBuf in = Unpooled.buffer().writeIntLE(length).writeZero(bytesAfterIt);

    assertThat(NextFrame.of(in, LIMIT)).isEqualTo(expected);
    assertThat(in.readerIndex()).isZero();
  }

  @Test
  void partOfTheLengthIsNotEnough() {
    ByteBuf in = Unpooled.buffer().writeByte(0xFF).writeByte(0xFF).writeByte(0xFF);

    assertThat(NextFrame.of(in, LIMIT)).isEqualTo(NextFrame.INCOMPLETE);
  }

  @Test
  void frameAfterAnotherIsSeen() {
    ByteBuf in = Unpooled.buffer().writeZero(3).writeIntLE(8).writeZero(8).readerIndex(3);

    assertThat(NextFrame.of(in, LIMIT)).isEqualTo(NextFrame.COMPLETE);
    assertThat(NextFrame.length(in)).isEqualTo(8);
  }
}
