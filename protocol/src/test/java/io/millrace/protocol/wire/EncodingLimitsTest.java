package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EncodingLimitsTest {

  @Test
  void tooLongAStringIsRefusedAndTheBufferGivenBack() {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    DeleteTopicRequest request = new DeleteTopicRequest("é".repeat(32_768));

    assertThatThrownBy(() -> Frames.encodeRequest(allocator, 1, 1, request))
        .isInstanceOf(WireException.class)
        .hasMessage("a string of 65536 bytes is too long; the limit is 65535");
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void longestStringFits() {
    DeleteTopicRequest request = new DeleteTopicRequest("x".repeat(65_535));

    assertThat(Wire.decode(Wire.encode(request))).isEqualTo(request);
  }

  @Test
  void tooManySourcesAreRefused() {
    SubscribeRequest request =
        new SubscribeRequest(
            1,
            new UUID(0, 1),
            0,
            StartKind.EARLIEST,
            0,
            IsolationLevel.DURABLE,
            1,
            Collections.nCopies(65_536, "s"));

    assertThatThrownBy(() -> Wire.encode(request))
        .isInstanceOf(WireException.class)
        .hasMessage("a list of 65536 items is too long; the limit is 65535");
  }

  @Test
  void filterAndGroupAreNotLeftOutForAnOldBroker() {
    SubscribeRequest request = (SubscribeRequest) GoldenMessages.of(SubscribeRequest.class);

    assertThatThrownBy(() -> Wire.encode(request, 1))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION))
        .hasMessage(
            "the broker supports SUBSCRIBE version 1 only, which has no filter and no group; upgrade"
                + " the broker");
  }

  @Test
  void tooLongAMessageIsCutBetweenCharacters() {
    ErrorResponse response =
        new ErrorResponse(ErrorCode.INTERNAL, "x" + "\uD83D\uDE00".repeat(40_000));

    ErrorResponse received = (ErrorResponse) Wire.decode(Wire.encode(response));

    assertThat(received.message()).hasSize(16_383).endsWith("\uD83D\uDE00");
  }

  @Test
  void tooLongAnAnswerBecomesAnErrorThatSaysSo() {
    TopicInfo topic =
        new TopicInfo(new UUID(1, 2), "rides", 0, Map.of("big", "x".repeat(65_000)), List.of());
    ListTopicsResponse response = new ListTopicsResponse(Collections.nCopies(1_100, topic));

    ByteBuf frame = Wire.encode(response);

    assertThat(frame.readableBytes()).isLessThan(200);
    assertThat(Wire.decode(frame))
        .isInstanceOfSatisfying(
            ErrorResponse.class,
            error -> {
              assertThat(error.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
              assertThat(error.message()).contains("the limit of a frame is 67108864");
            });
  }
}
