package io.millrace.protocol.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

class FramesFuzzTest {

  /** Anything but a {@link WireException} that escapes is a finding. */
  @FuzzTest(maxDuration = "60s")
  void everyFrameEndsInAMessageOrInAWireException(byte[] bytes) {
    ByteBuf frame = Unpooled.wrappedBuffer(bytes);
    try {
      Wire.decodeBody(frame);
    } catch (WireException refused) {
      requireCause(refused);
    }
  }

  private static void requireCause(WireException refused) {
    if (refused.getMessage().isBlank()) {
      throw new AssertionError("a refusal without a cause: " + refused.code(), refused);
    }
  }
}
