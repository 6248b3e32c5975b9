package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The small file of another topic or partition, at the name of this log's file, is damage. */
class ForeignFileTest extends DamageFixture {

  private static final int BATCHES = 40;
  private static final String INDEX = "%020d.index".formatted(0);

  /** Logs with the same offsets and other batches, all with the same files. */
  private static final LogId[] OTHERS = {
    new LogId(new UUID(8, 12), ID.partition()), new LogId(ID.topicId(), ID.partition() + 1)
  };

  @BeforeEach
  void writeLogs() {
    appendMany(BATCHES);
    log.checkpoint(BATCHES, new byte[] {1});
    log.close();
    for (LogId id : OTHERS) {
      try (MappedLog other = open(id)) {
        for (int i = 0; i < BATCHES; i++) {
          append(other, 5_000);
        }
        other.force();
        other.checkpoint(BATCHES, new byte[] {2});
      }
      flip(LogDirectory.of(found.getParent(), id).segment(0), HEADER + 10_000 + 16);
      try (MappedLog other = open(id)) {
        assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(other));
        awaitDamage(other, 1);
      }
    }
  }

  private MappedLog open(LogId id) {
    return next.open(id, SETTINGS, new Replayed());
  }

  private void swap(LogId other, String name) {
    try {
      Path file = LogDirectory.of(found.getParent(), other).path().resolve(name);
      Files.copy(file, found.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void itIsNotUsed() {
    Map<String, RecoveryCase> cases =
        Map.of(
            "checkpoint", RecoveryCase.DAMAGED_CHECKPOINT,
            "closed", RecoveryCase.UNCLEAN,
            "damage", RecoveryCase.UNUSABLE_DAMAGE_RECORD);
    for (LogId other : OTHERS) {
      cases.forEach(
          (name, expected) -> {
            kill();
            swap(other, name);
            assertReported(name);
            Replayed replayed = new Replayed();
            try (MappedLog opened = (MappedLog) recover(replayed)) {
              assertThat(kinds(opened)).as(name).contains(expected);
              assertThat(replayed.state).containsExactly(1);
              assertServedExcept(opened);
            }
          });
    }
  }

  @Test
  void aForeignCopyOfTheCheckpointIsReplaced() {
    for (LogId other : OTHERS) {
      kill();
      swap(other, "checkpoint.copy");
      assertReported("checkpoint.copy");
      recover().close();
      assertThat(bytes(found.resolve("checkpoint.copy")))
          .isEqualTo(bytes(found.resolve("checkpoint")));
      swap(other, "checkpoint.copy");
      delete(found.resolve("checkpoint"));
      try (MappedLog opened = (MappedLog) recover()) {
        assertThat(kinds(opened)).contains(RecoveryCase.UNUSABLE_CHECKPOINT);
        assertServedExcept(opened);
      }
    }
  }

  @Test
  void aForeignIndexIsRebuilt() {
    for (LogId other : OTHERS) {
      kill();
      byte[] index = bytes(found.resolve(INDEX));
      swap(other, INDEX);
      assertReported(INDEX);
      try (MappedLog opened = (MappedLog) recover()) {
        assertThat(opened.firstBatchAtOrAfter(3, 0, BATCHES)).isEqualTo(3);
        assertServedExcept(opened);
      }
      assertThat(bytes(found.resolve(INDEX))).isEqualTo(index);
    }
  }

  /** The tools find the identity in the files, if the directory has another name. */
  @Test
  void theFilesOfACopiedDirectoryAreNotForeign() {
    kill();
    Path copy = temporary.resolve("a-copy");
    Directories.copy(found, copy);
    assertThat(LogVerification.of(copy).problems()).isEmpty();
  }

  private void assertReported(String name) {
    assertThat(LogVerification.of(found).problems())
        .extracting(problem -> problem.file() + " " + problem.what())
        .anyMatch(problem -> problem.contains(name));
  }
}
