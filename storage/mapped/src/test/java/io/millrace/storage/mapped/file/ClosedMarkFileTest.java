package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.mapped.MappedFixture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the mark of a log that was closed cleanly is written and deleted. */
class ClosedMarkFileTest {

  private static final ClosedMark MARK = new ClosedMark(40, 0, 4711, 3);
  private static final ClosedMark LATER = new ClosedMark(50, 0, 5000, 4);

  @TempDir Path temporary;
  private FaultyDisk disk;
  private LogDirectory directory;
  private final RecoveryFindings findings = new RecoveryFindings();

  @BeforeEach
  void prepare() {
    disk = new FaultyDisk(LinuxDisk.probed(temporary));
    directory = new LogDirectory(temporary);
  }

  private ClosedMarkFile opened() {
    return new ClosedMarkFile(directory, disk);
  }

  @Test
  void theNextOpeningReadsTheMarkOfAClose() {
    opened().write(MARK);
    ClosedMarkFile next = opened();
    assertThat(next.read(findings)).isEqualTo(MARK);
    assertThat(next.exists()).isTrue();
    assertThat(findings.all()).isEmpty();
  }

  @Test
  void aMarkThatExistsIsNotWrittenAgain() {
    opened().write(MARK);
    ClosedMarkFile next = opened();
    next.read(findings);
    next.write(LATER);
    assertThat(opened().read(findings)).isEqualTo(MARK);
  }

  @Test
  void aDeletedMarkStaysDeletedAndTheNextCloseWritesAnother() throws IOException {
    opened().write(MARK);
    ClosedMarkFile next = opened();
    next.read(findings);
    next.delete();
    assertThat(directory.closedMark()).doesNotExist();
    assertThat(disk.fsynced).containsExactly(temporary);
    next.delete();
    assertThat(disk.fsynced).as("only the first fsyncs").hasSize(1);
    next.write(LATER);
    assertThat(opened().read(findings)).isEqualTo(LATER);
  }

  @Test
  void aMarkThatCouldNotBeDeletedDurablyStillExists() throws IOException {
    opened().write(MARK);
    ClosedMarkFile next = opened();
    next.read(findings);
    disk.directoryFsyncFails = true;
    assertThat(catchThrowable(next::delete)).isInstanceOf(IOException.class);
    assertThat(next.exists()).isTrue();
  }

  @Test
  void aDamagedMarkIsIgnoredAndDeleted() throws IOException {
    opened().write(MARK);
    MappedFixture.flip(directory.closedMark(), 20);
    ClosedMarkFile next = opened();
    assertThat(next.read(findings)).isNull();
    assertThat(findings.all())
        .extracting(RecoveryFinding::name)
        .containsExactly(RecoveryCase.UNCLEAN.name());
    next.delete();
    assertThat(directory.closedMark()).doesNotExist();
  }
}
