package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenBatchTest {

  private static final Path PROTOCOL_PAGE = Path.of("..", "docs", "protocol-examples.md");

  @ParameterizedTest
  @EnumSource
  void isReadAsItWasWritten(GoldenBatch golden) {
    BatchReader reader = new BatchReader(10_000);
    List<TestEvent> events = new ArrayList<>();
    reader.open(golden.bytes(), 0);
    while (reader.next()) {
      assertThat(reader.offset()).isEqualTo(GoldenBatch.BASE_OFFSET + events.size());
      assertThat(reader.sequence()).isEqualTo(GoldenBatch.BASE_SEQUENCE + events.size());
      events.add(TestEvent.from(reader));
    }

    assertThat(events).isEqualTo(golden.events());
  }

  @ParameterizedTest
  @EnumSource
  void carriesTheHeaderThatWasWritten(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes();

    assertThat(BatchHeader.length(batch, 0)).isEqualTo(batch.capacity());
    assertThat(BatchHeader.codec(batch, 0)).isEqualTo(golden.codec.code());
    assertThat(BatchHeader.baseOffset(batch, 0)).isEqualTo(GoldenBatch.BASE_OFFSET);
    assertThat(BatchHeader.nextOffset(batch, 0))
        .isEqualTo(GoldenBatch.BASE_OFFSET + golden.events().size());
    assertThat(BatchHeader.appendTime(batch, 0)).isEqualTo(GoldenBatch.APPEND_TIME);
    assertThat(BatchHeader.durableOffset(batch, 0)).isEqualTo(GoldenBatch.DURABLE_OFFSET);
    assertThat(BatchHeader.recordFormat(batch, 0)).isZero();
    assertThat(BatchHeader.proof(batch, 0)).isEqualTo(GoldenBatch.PROOF);
    assertThat(BatchHeader.epoch(batch, 0)).isEqualTo(GoldenBatch.EPOCH);
    assertThat(BatchHeader.producerId(batch, 0)).isEqualTo(GoldenBatch.PRODUCER_ID);
    assertThat(BatchHeader.producerEpoch(batch, 0)).isEqualTo(GoldenBatch.PRODUCER_EPOCH);
    assertThat(BatchHeader.baseSequence(batch, 0)).isEqualTo(GoldenBatch.BASE_SEQUENCE);
    assertThat(BatchHeader.minEventTime(batch, 0)).isEqualTo(1_789_999_999_999_000L);
    assertThat(BatchHeader.maxEventTime(batch, 0)).isEqualTo(1_790_000_000_000_250L);
  }

  /** Compressed batches are left out: another version of a library may pack differently. */
  @Test
  void isBuiltToTheSameBytes() {
    assertThat(GoldenBatch.NONE.rebuild()).isEqualTo(GoldenBatch.NONE.bytes());
  }

  @Test
  void isTheExampleOfTheProtocolPage() throws IOException {
    String page = Files.readString(PROTOCOL_PAGE);
    String section = page.substring(page.indexOf("## Record batch"));
    Matcher example = Pattern.compile("```hex\n(.*?)```", Pattern.DOTALL).matcher(section);

    assertThat(example.find()).as("a hex block in the section \"Record batch\"").isTrue();
    assertThat(ByteBuffer.wrap(GoldenBatch.parse(example.group(1))))
        .isEqualTo(GoldenBatch.NONE.bytes());
  }
}
