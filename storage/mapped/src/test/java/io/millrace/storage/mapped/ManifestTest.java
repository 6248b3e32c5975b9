package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.recovery.RepairPlan;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The key of a log is found as long as one file has it. */
class ManifestTest extends DamageFixture {

  private Path manifest() {
    return new LogDirectory(found).manifest();
  }

  private Path copy() {
    return new LogDirectory(found).manifestCopy();
  }

  @Test
  void aNewLogHasAManifestAndItsCopyBeforeItsFirstBatch() {
    kill();
    assertThat(bytes(manifest())).isEqualTo(bytes(copy())).startsWith('M', 'R', 'L', 'G');
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).doesNotContain(RecoveryCase.DAMAGED_MANIFEST);
    }
  }

  @Test
  void eachLogHasItsOwnKey() {
    kill();
    LogIdentity first = foundIdentity();
    delete(found);
    next.open(ID, SETTINGS, new Replayed()).close();
    assertThat(foundIdentity().key()).isNotEqualTo(first.key());
  }

  @Test
  void aManifestThatIsMissingOrDamagedIsRestoredFromItsCopy() {
    appendMany(10);
    kill();
    byte[] good = bytes(manifest());
    for (int at = -1; at < good.length; at++) {
      if (at < 0) {
        delete(manifest());
      } else {
        flip(manifest(), at);
      }
      assertRestored(good);
    }
  }

  @Test
  void aManifestIsRestoredFromTheHeaderOfAnySegment() {
    appendMany(20);
    kill();
    byte[] good = bytes(manifest());
    for (long intact : new LogDirectory(found).list().segments()) {
      kill();
      delete(manifest());
      delete(copy());
      for (long base : new LogDirectory(found).list().segments()) {
        if (base != intact) {
          flip(foundSegment(base), 45);
        }
      }
      assertRestored(good);
    }
  }

  private void assertRestored(byte[] good) {
    assertThat(RepairPlan.of(new LogDirectory(found), ID, null).steps())
        .contains("restore the manifest");
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGED_MANIFEST);
      assertServedExcept(recovered);
    }
    assertThat(bytes(manifest())).isEqualTo(good);
    assertThat(bytes(copy())).isEqualTo(good);
  }

  @Test
  void aDamagedOrMissingCopyIsRenewed() {
    appendMany(3);
    kill();
    byte[] good = bytes(manifest());
    flip(copy(), 30);
    recover().close();
    assertThat(bytes(copy())).isEqualTo(good);
    flip(copy(), 5);
    flip(copy(), 30);
    recover().close();
    assertThat(bytes(copy())).as("its version is damaged too").isEqualTo(good);
    delete(copy());
    recover().close();
    assertThat(bytes(copy())).isEqualTo(good);
  }

  /** Its checksum is right, but it is not the manifest of this log. */
  @Test
  void theManifestOfAnotherLogIsNotBelieved() throws IOException {
    appendMany(3);
    kill();
    byte[] good = bytes(manifest());
    LogId other = new LogId(ID.topicId(), ID.partition() + 1);
    next.open(other, SETTINGS, new Replayed()).close();
    Files.write(manifest(), bytes(found.resolveSibling(other.toString()).resolve("manifest")));
    assertRestored(good);
  }

  @Test
  void aLogWithBatchesOfWhichNoFileHasTheKeyIsRefusedAndNotChanged() {
    appendMany(10);
    kill();
    delete(manifest());
    delete(copy());
    for (long base : new LogDirectory(found).list().segments()) {
      overwrite(foundSegment(base), 0, new byte[HEADER]);
    }
    byte[] before = bytes(foundSegment(0));
    assertThat(refusal().finding()).contains(RecoveryCase.LOST_KEY.name());
    assertCode(ErrorCode.CORRUPT_LOG, this::recover);
    assertCode(ErrorCode.CORRUPT_LOG, () -> RepairPlan.of(new LogDirectory(found), ID, null));
    assertThat(bytes(foundSegment(0))).isEqualTo(before);
    assertThat(manifest()).doesNotExist();
  }

  @Test
  void aSegmentWithAnotherKeyIsForeign() {
    appendMany(3);
    kill();
    byte[] segment = bytes(foundSegment(0));
    next.delete(ID);
    next.open(ID, SETTINGS, new Replayed()).close();
    delete(found.resolve("closed"));
    overwrite(foundSegment(0), 0, segment);
    assertThat(refusal()).hasMessageContaining("another key");
    assertThat(refusal().finding()).contains(RecoveryCase.FOREIGN_SEGMENT.name());
  }

  @Test
  void theVerificationReportsADamagedOrMissingManifest() {
    appendMany(3);
    log.close();
    kill();
    flip(copy(), 3);
    delete(manifest());
    assertThat(LogVerification.of(found).problems())
        .extracting(LogVerification.Problem::file)
        .containsExactlyInAnyOrder(manifest(), copy());
  }

  /** The key is in no text that an operator or a client sees. */
  @Test
  void noTextShowsTheKey() {
    appendMany(3);
    kill();
    byte[] key = Arrays.copyOfRange(bytes(manifest()), 40, 56);
    LogIdentity identity = foundIdentity();
    delete(manifest());
    flip(copy(), 50);
    try (PartitionLog recovered = recover()) {
      String texts = identity + identity.key().toString();
      for (RecoveryFinding finding : recovered.recovery().findings()) {
        texts += finding.text();
      }
      assertThat(texts).contains("(secret)");
      assertThat(texts.toLowerCase(Locale.ROOT))
          .doesNotContain(HexFormat.of().formatHex(key))
          .doesNotContain(HexFormat.of().formatHex(key, 0, 8));
    }
  }
}
