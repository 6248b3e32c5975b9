package io.millrace.storage.mapped.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.mapped.MappedFixture;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.tool.LogInspector.BatchView;
import io.millrace.storage.mapped.tool.LogInspector.SegmentView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogInspectorTest extends MappedFixture {

  /** A visitor that records what it receives. */
  private static final class Seen implements LogInspector.SegmentVisitor {

    final List<BatchView> batches = new ArrayList<>();
    final List<String> damage = new ArrayList<>();

    @Override
    public void batch(BatchView batch) {
      batches.add(batch);
    }

    @Override
    public void damage(int position, int bytes, String what) {
      damage.add(position + "+" + bytes + " " + what);
    }
  }

  private LogInspector inspector() {
    List<LogInspector> logs = InspectedLogs.in(temporary.resolve("next"));
    assertThat(logs).hasSize(1);
    return logs.get(0);
  }

  private static Seen visit(LogInspector inspector) {
    Seen seen = new Seen();
    for (SegmentView segment : inspector.segments()) {
      inspector.visit(segment, seen);
    }
    return seen;
  }

  @Test
  void aLogIsListedWithAllItsBatches() {
    for (int i = 0; i < 10; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(8, new byte[5]);
    log.close();
    kill();

    LogInspector inspector = inspector();
    assertThat(inspector.id()).hasValue(ID);
    assertThat(inspector.directory()).isEqualTo(found);
    assertThat(inspector.checkpoint())
        .hasValue(new LogInspector.CheckpointView(8, 6, HEADER + 20_000, log.epoch(), 10, 5));
    assertThat(inspector.closed())
        .hasValue(new LogInspector.ClosedView(10, 6, HEADER + 40_000, log.epoch()));
    assertThat(inspector.segments())
        .extracting(SegmentView::baseOffset, SegmentView::bytes, SegmentView::problems)
        .containsExactly(tuple(0L, HEADER + 60_000L, List.of()), tuple(6L, 65_536L, List.of()));
    Seen seen = visit(inspector);
    assertThat(seen.damage).isEmpty();
    assertThat(seen.batches)
        .hasSize(10)
        .allMatch(batch -> batch.damage().isEmpty())
        .element(7)
        .isEqualTo(
            new BatchView(
                HEADER + 10_000, 10_000, 7, 7, 1, 7, 7, 7, 0, -1, -1, -1, 0, log.epoch(), ""));
  }

  @Test
  void aPartitionsDirectoryIsTakenToo() {
    append(200);
    kill();
    assertThat(InspectedLogs.in(found)).hasSize(1);
    assertThat(visit(InspectedLogs.in(found).get(0)).batches).hasSize(1);
  }

  @Test
  void anythingElseIsRefused() {
    assertCode(ErrorCode.INVALID_REQUEST, () -> InspectedLogs.in(temporary));
    assertCode(ErrorCode.INVALID_REQUEST, () -> InspectedLogs.in(temporary.resolve("none")));
  }

  @Test
  void damagedBatchesAreReportedAndSkipped() {
    for (int i = 0; i < 6; i++) {
      append(1000);
    }
    kill();
    flip(foundSegment(0), HEADER + 1500);
    flip(foundSegment(0), HEADER + 3016);
    Seen seen = visit(inspector());
    assertThat(seen.batches).extracting(BatchView::baseOffset).containsExactly(0L, 1L, 2L, 4L, 5L);
    assertThat(seen.batches)
        .extracting(BatchView::damage)
        .containsExactly("", "its payload checksum does not match", "", "", "");
    assertThat(seen.damage)
        .containsExactly((HEADER + 3000) + "+1000 its header checksum does not match");
  }

  @Test
  void zerosBeforeABatchAreReported() {
    for (int i = 0; i < 3; i++) {
      append(1000);
    }
    kill();
    overwrite(foundSegment(0), HEADER + 1000, new byte[1000]);
    Seen seen = visit(inspector());
    assertThat(seen.batches).hasSize(2);
    assertThat(seen.damage).containsExactly((HEADER + 1000) + "+1000 zeros before a batch");
  }

  @Test
  void damagedHeadersIndexesAndCheckpointsAreReported() throws IOException {
    append(200);
    log.force();
    log.checkpoint(1, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), 33);
    flip(new LogDirectory(found).index(0), 30);
    flip(found.resolve("checkpoint"), 20);
    Files.write(found.resolve("next.log.tmp"), new byte[10]);
    LogInspector inspector = inspector();
    assertThat(inspector.segments().get(0).problems()).hasSize(2);
    assertCode(ErrorCode.CORRUPT_LOG, inspector::checkpoint);
    assertThat(inspector.leftovers()).containsExactly(found.resolve("next.log.tmp"));
    assertThat(visit(inspector).batches).hasSize(1);
  }

  /** The command has read the register before the broker deletes segments. */
  @Test
  void segmentsThatABrokerDeletesMeanwhileAreNotMissing() {
    for (int i = 0; i < 10; i++) {
      append(10_000);
    }
    log.force();
    List<LogInspector> before = InspectedLogs.in(temporary.resolve("first"));
    final SegmentView oldest = before.get(0).segments().get(0);
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(log.offsets().end(), new byte[0]);
    log.retain(0, 130_000);
    assertThat(log.offsets().start()).isGreaterThan(6);

    assertThat(before.get(0).missing(TopicRecords.UNKNOWN)).isEmpty();
    assertThat(LogVerification.of(before, TopicRecords.UNKNOWN).problems()).isEmpty();
    assertThat(before.get(0).visit(oldest, new Seen())).isFalse();

    delete(new LogDirectory(files).segment(24));
    assertThat(before.get(0).missing(TopicRecords.UNKNOWN))
        .containsExactly("the newest segment 00000000000000000024.log is missing");
  }

  @Test
  void aLogThatABrokerDeletesMeanwhileHasNoProblem() {
    for (int i = 0; i < 10; i++) {
      append(10_000);
    }
    log.force();
    List<LogInspector> before = InspectedLogs.in(temporary.resolve("first"));
    final List<SegmentView> segments = before.get(0).segments();
    log.close();
    storage.delete(ID);

    assertThat(LogVerification.of(before, TopicRecords.UNKNOWN).problems()).isEmpty();
    Seen seen = new Seen();
    assertThat(before.get(0).visit(segments.get(1), seen)).isFalse();
    assertThat(seen.batches).isEmpty();
  }

  @Test
  void nothingIsChangedOrLocked() throws IOException {
    append(200);
    kill();
    flip(foundSegment(0), HEADER + 150);
    List<Path> before = list();
    byte[] bytes = bytes(foundSegment(0));
    visit(inspector());
    assertThat(list()).isEqualTo(before);
    assertThat(bytes(foundSegment(0))).isEqualTo(bytes);
    visit(InspectedLogs.in(temporary.resolve("first")).get(0));
  }

  private List<Path> list() throws IOException {
    try (var files = Files.list(found)) {
      return files.sorted().toList();
    }
  }
}
