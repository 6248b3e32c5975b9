package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.storage.RecoveryCase;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.mapped.MappedFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the mark of an orderly close stands. */
class ClosedMarkFileTest {

  private static final ClosedMark MARK = new ClosedMark(40, 0, 4711, 3);
  private static final ClosedMark LATER = new ClosedMark(50, 0, 5000, 4);

  @TempDir Path temporary;
  private FaultyDisk disk;
  private LogDirectory directory;
  private final List<RecoveryFinding> findings = new ArrayList<>();

  @BeforeEach
  void prepare() {
    disk = new FaultyDisk(LinuxDisk.probed(temporary));
    directory = new LogDirectory(temporary);
  }

  private ClosedMarkFile opened() {
    return new ClosedMarkFile(directory, disk);
  }

  @Test
  void whatOneCloseLeavesTheNextOpeningReads() {
    opened().leave(MARK);
    ClosedMarkFile next = opened();
    assertThat(next.read(findings)).isEqualTo(MARK);
    assertThat(next.stands()).isTrue();
    assertThat(findings).isEmpty();
  }

  @Test
  void aMarkThatStandsIsNotWrittenAgain() {
    opened().leave(MARK);
    ClosedMarkFile next = opened();
    next.read(findings);
    next.leave(LATER);
    assertThat(opened().read(findings)).isEqualTo(MARK);
  }

  @Test
  void aMarkIsGoneForGoodOnceItIsWithdrawnAndTheNextCloseLeavesAnother() throws IOException {
    opened().leave(MARK);
    ClosedMarkFile next = opened();
    next.read(findings);
    next.withdraw();
    assertThat(directory.closedMark()).doesNotExist();
    assertThat(disk.forced).containsExactly(temporary);
    next.withdraw();
    assertThat(disk.forced).as("only the first costs a force").hasSize(1);
    next.leave(LATER);
    assertThat(opened().read(findings)).isEqualTo(LATER);
  }

  @Test
  void aMarkThatCouldNotBeWithdrawnForGoodStillStands() throws IOException {
    opened().leave(MARK);
    ClosedMarkFile next = opened();
    next.read(findings);
    disk.directoryForceFails = true;
    assertThat(catchThrowable(next::withdraw)).isInstanceOf(IOException.class);
    assertThat(next.stands()).isTrue();
  }

  @Test
  void aDamagedMarkSaysNothingAndIsWithdrawn() throws IOException {
    opened().leave(MARK);
    MappedFixture.flip(directory.closedMark(), 20);
    ClosedMarkFile next = opened();
    assertThat(next.read(findings)).isNull();
    assertThat(findings).extracting(RecoveryFinding::kind).containsExactly(RecoveryCase.UNCLEAN);
    next.withdraw();
    assertThat(directory.closedMark()).doesNotExist();
  }
}
