package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.KnownDamage;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.SegmentFiles;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.recovery.RecoveredSegment;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The order {@code start <= durable <= end} is checked where an offset changes. */
class LogViewTest {

  private static final LogId ID = new LogId(new UUID(7, 11), 3);
  private static final long BASE = 10;

  private final LogView view = openedAt(20);

  /** A log with one empty segment; nothing reads its file. */
  private static LogView openedAt(long end) {
    LogDirectory directory = new LogDirectory(Path.of("no-directory"));
    LogIdentity identity = new LogIdentity(ID, LogKey.random());
    IndexFiles indexes =
        new IndexFiles(directory, PositionalRead.PLAIN, KnownDamage.NONE, identity.key());
    SegmentFiles files = new SegmentFiles(identity, directory, null, null);
    RecoveredSegment active =
        new RecoveredSegment(BASE, 1 << 20, SegmentHeader.BYTES, Long.MAX_VALUE, new SparseIndex());
    Segment segment =
        Segment.recovered(indexes, active, files.openActive(BASE, 1 << 20), files.proof(BASE));
    return new LogView(
        ID,
        new SegmentList(List.of(segment)),
        new LogHealth(ID, directory),
        null,
        new LogOffsets(BASE, end, end));
  }

  @Test
  void offsetsThatGrowInOrderArePublished() {
    view.publishEnd(25);
    view.publishEnd(30);
    view.publishDurable(20);
    view.publishDurable(25);
    view.publishDurable(25);
    assertThat(view.offsets()).isEqualTo(new LogOffsets(BASE, 25, 30));
  }

  @Test
  void anEndThatDoesNotGrowIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> view.publishEnd(20))
        .withMessageContaining(ID.toString())
        .withMessageContaining("end to 20")
        .withMessageContaining("start=10 durable=20 end=20");
    assertThat(view.offsets()).isEqualTo(new LogOffsets(BASE, 20, 20));
  }

  @Test
  void aDurableOffsetAboveTheEndOrBelowTheLastOneIsRefused() {
    view.publishEnd(30);
    assertThatIllegalStateException().isThrownBy(() -> view.publishDurable(31));
    assertThatIllegalStateException().isThrownBy(() -> view.publishDurable(19));
    assertThat(view.offsets()).isEqualTo(new LogOffsets(BASE, 20, 30));
  }

  @Test
  void aStartAboveTheDurableOffsetIsRefused() {
    view.publishEnd(30);
    assertThatIllegalStateException()
        .isThrownBy(() -> view.dropOldest(Long.MAX_VALUE, 0, 21))
        .withMessageContaining("start to 21");
    assertThat(view.dropOldest(Long.MAX_VALUE, 0, 20)).isEmpty();
  }
}
