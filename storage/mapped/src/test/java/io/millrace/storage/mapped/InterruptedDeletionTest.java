package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A crash during the deletion of a log leaves the whole log, or only what the next start removes.
 */
class InterruptedDeletionTest extends MappedFixture {

  private Path left() {
    return found.resolveSibling(found.getFileName() + ".deleted");
  }

  /** The state after the directory was renamed and some of its files were deleted. */
  private void interrupt() throws IOException {
    append(200);
    log.force();
    kill();
    next.register().remove(ID);
    Files.delete(foundSegment(0));
    Files.move(found, left());
  }

  @Test
  void isNoDamage() throws IOException {
    interrupt();
    assertThat(LogVerification.of(found.getParent().getParent()).problems()).isEmpty();
    assertThat(next.list()).isEmpty();
  }

  @Test
  void isRemovedByTheNextStart() throws IOException {
    interrupt();
    next.close();
    next = MappedStorage.open(temporary.resolve("next"), new MappedSettings(1, 100));
    assertThat(left()).doesNotExist();
  }

  /** Such as a directory that the file system's check has put there. */
  @Test
  void doesNotStopTheStartIfItCannotBeRemoved() throws IOException {
    interrupt();
    Files.createDirectories(left().resolve("lost+found").resolve("inside"));
    Path state = temporary.resolve("next/states/topics.state.tmp");
    Files.createDirectories(state.resolve("inside"));
    Path other = Files.createDirectory(left().resolveSibling("other.deleted"));
    next.close();
    next = MappedStorage.open(temporary.resolve("next"), new MappedSettings(1, 100));
    assertThat(left()).exists();
    assertThat(state).exists();
    assertThat(other).as("what can be removed").doesNotExist();
  }

  @Test
  void isRemovedByAnotherDeletion() throws IOException {
    interrupt();
    next.delete(ID);
    assertThat(left()).doesNotExist();
  }

  /** A checkpoint is written before a log has a segment with events. */
  @Test
  void aLogWithoutSegmentsThatWasNeverDurableIsNoDamage() throws IOException {
    log.close();
    Path closed = temporary.resolve("first");
    Files.delete(new LogDirectory(files).segment(0));
    storage.register().remove(ID);
    assertThat(LogVerification.of(closed).problems()).isEmpty();
    log = storage.open(ID, SETTINGS, new Replayed());
  }
}
