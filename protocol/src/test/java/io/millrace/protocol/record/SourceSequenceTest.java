package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.protocol.SourceSequence;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSequenceTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 1_000_000, SourceSequence.MAX})
  void numberIsReadAsItWasWritten(long number) {
    assertThat(SourceSequence.decode(SourceSequence.encode(number))).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE})
  void otherNumbersAreNotWritten(long number) {
    assertThatIllegalArgumentException().isThrownBy(() -> SourceSequence.encode(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1",
        "1.0",
        " 1",
        "x",
        "9223372036854775807",
        "9999999999999999999",
        "00000000000000000001"
      })
  void otherTextsAreNoNumber(String text) {
    assertThat(SourceSequence.decode(utf8(text))).isEqualTo(SourceSequence.NONE);
  }

  @Test
  void missingValueIsNoNumber() {
    assertThat(SourceSequence.decode(null)).isEqualTo(SourceSequence.NONE);
  }

  @Test
  void firstHeaderWithTheNameCounts() {
    BatchReader reader =
        reader(
            List.of(
                new RecordHeader("trace", utf8("source-sequence")),
                new RecordHeader("source-sequencf", utf8("1")),
                new RecordHeader("empty", null),
                new RecordHeader(SourceSequence.HEADER, utf8("42")),
                new RecordHeader(SourceSequence.HEADER, utf8("43"))),
            List.of(new RecordHeader("trace", null)),
            List.of());

    assertThat(reader.next()).isTrue();
    assertThat(reader.sourceSequence()).isEqualTo(42);
    assertThat(reader.headers()).as("the headers can be read afterwards").hasSize(5);
    assertThat(reader.next()).isTrue();
    assertThat(reader.sourceSequence()).isEqualTo(SourceSequence.NONE);
    assertThat(reader.next()).isTrue();
    assertThat(reader.sourceSequence()).isEqualTo(SourceSequence.NONE);
    assertThat(reader.next()).isFalse();
  }

  @SafeVarargs
  private static BatchReader reader(List<RecordHeader>... headersOfEach) {
    BatchBuilder builder = new BatchBuilder(1 << 16, BatchCodec.NONE);
    for (List<RecordHeader> headers : headersOfEach) {
      builder.add(utf8("s"), 0, null, utf8("v"), headers);
    }
    ByteBuffer batch =
        builder
            .finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE)
            .order(ByteOrder.LITTLE_ENDIAN);
    BatchReader reader = new BatchReader(1 << 16);
    BatchHeader.stamp(batch, batch.position(), 0, 0, 0, 0);
    reader.open(batch, batch.position());
    return reader;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
