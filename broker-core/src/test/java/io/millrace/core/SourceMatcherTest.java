package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceMatcherTest {

  private static ByteBuffer batchesOf(String... sources) {
    ByteBuffer batches = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
    for (String source : sources) {
      batches.put(Batches.of(source, 0, "v"));
    }
    return batches.flip();
  }

  @Test
  void withoutSourcesEverythingIsOneRun() {
    ByteBuffer batches = batchesOf("a", "b", "c");
    SourceMatcher.Selection selection = SourceMatcher.of(List.of()).select(batches);
    assertThat(selection.runs()).containsExactly(batches);
    assertThat(selection.events()).isEqualTo(3);
    assertThat(selection.bytes()).isEqualTo(batches.remaining());
  }

  @Test
  void neighboursShareARun() {
    SourceMatcher.Selection selection =
        SourceMatcher.of(List.of("yes")).select(batchesOf("no", "yes", "yes", "no", "no", "yes"));
    assertThat(selection.runs())
        .containsExactly(batchesOf("yes", "yes"), batchesOf("yes"))
        .allSatisfy(run -> assertThat(run.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN));
    assertThat(selection.events()).isEqualTo(3);
    assertThat(selection.bytes()).isEqualTo(batchesOf("yes", "yes", "yes").remaining());
  }

  @Test
  void anyOfTheSourcesIsEnough() {
    SourceMatcher match = SourceMatcher.of(List.of("b", "c"));
    assertThat(match.select(batchesOf("a", "b", "c")).events()).isEqualTo(2);
    assertThat(match.select(batchesOf("a")).runs()).isEmpty();
  }

  @Test
  void sourcesAreChecked() {
    assertRefused(ErrorCode.INVALID_SOURCE, () -> SourceMatcher.of(List.of("")));
    assertRefused(ErrorCode.INVALID_SOURCE, () -> SourceMatcher.of(List.of("ä".repeat(128))))
        .contains("256 bytes");
    assertRefused(
        ErrorCode.LIMIT_REACHED,
        () -> SourceMatcher.of(Collections.nCopies(SourceMatcher.MAX_SOURCES + 1, "s")));
  }
}
