package io.millrace.storage.mapped.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.PartitionLog;
import io.millrace.storage.mapped.MappedFixture;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.tool.LogVerification.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogVerificationTest extends MappedFixture {

  @Test
  void aHealthyLogHasNoProblems() {
    appendSynced(40);
    log.close();
    kill();
    LogVerification found = verify();
    assertThat(found.problems()).isEmpty();
    assertThat(found.tornTails()).isEmpty();
    assertThat(found.logs()).isEqualTo(1);
    assertThat(found.events()).isEqualTo(40);
    assertThat(found.bytes()).isEqualTo(400_000);
  }

  @Test
  void aFlippedBitAnywhereIsFound() {
    appendSynced(4);
    log.checkpoint(2, new byte[] {1, 2});
    log.close();
    kill();
    int end = HEADER + 40_000;
    for (int at = 0; at < end; at += at < HEADER + 300 ? 1 : 997) {
      assertFoundAfterFlip("00000000000000000000.log", at);
    }
    for (String file : new String[] {"00000000000000000000.index", "checkpoint", "closed"}) {
      int length = bytes(found.resolve(file)).length;
      for (int at = 0; at < length; at++) {
        assertFoundAfterFlip(file, at);
      }
    }
  }

  private void assertFoundAfterFlip(String file, int at) {
    flip(found.resolve(file), at);
    assertThat(verify().problems())
        .as("byte %d of %s", at, file)
        .anyMatch(problem -> (problem.file() + problem.what()).contains(file));
    flip(found.resolve(file), at);
  }

  @Test
  void aTornTailIsNoDamage() {
    appendSynced(2);
    log.checkpoint(2, new byte[0]);
    append(500);
    kill();
    flip(foundSegment(0), HEADER + 20_200);
    LogVerification found = verify();
    assertThat(found.problems()).isEmpty();
    assertThat(found.tornTails()).hasSize(1);
    assertThat(found.events()).isEqualTo(2);
  }

  @Test
  void aLogThatEndsBeforeItsDurableOffsetIsDamaged() {
    appendSynced(2);
    log.checkpoint(2, new byte[0]);
    kill();
    overwrite(foundSegment(0), HEADER + 10_000, new byte[10_000]);
    assertThat(verify().problems())
        .anyMatch(problem -> problem.what().contains("durable up to offset 2, but ends at 1"));
  }

  @Test
  void aMissingSegmentIsFound() {
    appendSynced(40);
    kill();
    delete(foundSegment(new LogDirectory(found).list().segments().get(1)));
    assertThat(verify().problems())
        .anyMatch(problem -> problem.what().contains("is expected here, found"));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 500})
  void damageThatNobodyHasFoundIsReportedWithItsOffsets(int byteInBatch) {
    appendSynced(5);
    kill();
    flip(foundSegment(0), HEADER + 20_000 + byteInBatch);
    assertThat(verify().problems())
        .singleElement()
        .extracting(Problem::what)
        .asString()
        .endsWith("; offsets 2 to 2 are damaged");
  }

  @Test
  void aQuarantinedRangeIsReported() {
    appendSynced(5);
    log.checkpoint(5, new byte[0]);
    kill();
    delete(new LogDirectory(found).index(0));
    flip(foundSegment(0), HEADER + 10_500);
    overwriteCheckpoint(5);
    recover().close();
    assertThat(verify().problems())
        .extracting(Problem::what)
        .containsExactly("offsets 1 to 1 are known to be damaged");
  }

  @Test
  void aQuarantinedRangeAtTheBeginningOfALaterSegmentIsReportedOnce() {
    appendSynced(40);
    kill();
    long base = new LogDirectory(found).list().segments().get(1);
    flip(foundSegment(base), HEADER + 500);
    overwriteCheckpoint(40);
    recover().close();
    assertThat(verify().problems())
        .extracting(Problem::what)
        .containsExactly("offsets %d to %d are known to be damaged".formatted(base, base));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 500})
  void aQuarantinedRangeAtTheEndIsReportedOnce(int byteInBatch) {
    appendSynced(5);
    kill();
    flip(foundSegment(0), HEADER + 40_000 + byteInBatch);
    overwriteCheckpoint(5);
    recover().close();
    LogVerification verified = verify();
    assertThat(verified.problems())
        .extracting(Problem::what)
        .containsExactly("offsets 4 to 4 are known to be damaged");
    assertThat(verified.tornTails()).isEmpty();
  }

  @Test
  void aTornTailAfterAQuarantinedRangeIsReported() {
    appendSynced(5);
    kill();
    flip(foundSegment(0), HEADER + 40_000 + 500);
    overwriteCheckpoint(5);
    try (PartitionLog recovered = recover()) {
      append(recovered, 500);
      overwrite(foundSegment(0), HEADER + 50_000 + 300, (byte) 77, (byte) 78);
      LogVerification verified = verify();
      assertThat(verified.problems())
          .extracting(Problem::what)
          .containsExactly("offsets 4 to 4 are known to be damaged");
      assertThat(verified.tornTails()).hasSize(1);
    }
  }

  // What the register requires; the data directory has no states, which are the broker's.

  private LogVerification verifyData() {
    return LogVerification.of(temporary.resolve("next"));
  }

  @Test
  void missingOldestAndNewestSegmentsAreFound() {
    appendSynced(40);
    log.close();
    kill();
    assertThat(verifyData().problems()).isEmpty();
    List<Long> segments = new LogDirectory(found).list().segments();
    delete(foundSegment(0));
    delete(foundSegment(segments.get(segments.size() - 1)));
    assertThat(verifyData().problems())
        .extracting(Problem::what)
        .contains(
            "the log begins at offset 0, but its oldest segment is "
                + foundSegment(segments.get(1)).getFileName(),
            "the newest segment "
                + foundSegment(segments.get(segments.size() - 1)).getFileName()
                + " is missing");
  }

  @Test
  void anEndBeforeTheDurableOffsetOfTheRegisterIsFound() {
    appendSynced(2);
    killAfterMark();
    overwrite(foundSegment(0), HEADER + 10_000, new byte[10_000]);
    assertThat(verifyData().problems())
        .anyMatch(problem -> problem.what().contains("durable up to offset 2, but ends at 1"));
  }

  @Test
  void aLogWithoutADirectoryIsFound() {
    appendSynced(2);
    killAfterMark();
    delete(found);
    assertThat(verifyData().problems())
        .anyMatch(problem -> problem.what().contains("all segments of the log are missing"));
  }

  @Test
  void aLogWithoutEventsNeedsNoDirectory() {
    killAfterMark();
    delete(found);
    assertThat(verifyData().problems()).isEmpty();
  }

  @Test
  void missingStatesAndAMissingRegisterAreFound() {
    appendSynced(2);
    kill();
    delete(temporary.resolve("next/states"));
    delete(temporary.resolve("next/register"));
    assertThat(verifyData().problems())
        .extracting(Problem::file)
        .containsExactly(temporary.resolve("next/register"), temporary.resolve("next/states"));
  }

  /** Recovery then checks every batch, and knows that those below an offset were durable. */
  private void overwriteCheckpoint(long durable) {
    new Checkpoint(0, 0, HEADER, 1, durable, new byte[0]).write(new LogDirectory(found), disk);
  }

  private LogVerification verify() {
    return LogVerification.of(found);
  }

  private void appendSynced(int count) {
    for (int i = 0; i < count; i++) {
      append(10_000);
    }
    log.force();
  }
}
