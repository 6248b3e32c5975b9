package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.mapped.LogRepair.RepairedLog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LogRepairTest extends MappedFixture {

  @Test
  void damageIsSetAsideAndIndexesAreBuilt() {
    for (int i = 0; i < 40; i++) {
      append(10_000);
    }
    log.close();
    Path data = temporary.resolve("broken");
    Directories.copy(temporary.resolve("first"), data);
    Path broken = data.resolve("logs").resolve(ID.toString());
    flip(new LogDirectory(broken).segment(0), HEADER + 20_300);
    delete(new LogDirectory(broken).index(0));

    RepairedLog repaired = LogRepair.apply(data).get(0);

    assertThat(repaired.id()).isEqualTo(ID);
    assertThat(repaired.failure()).isEmpty();
    assertThat(repaired.done()).hasSize(1).first().asString().contains("offsets 2 to 2 ");
    assertThat(repaired.damage()).hasSize(1);
    assertThat(new LogDirectory(broken).index(0)).exists();
    assertThat(LogRepair.apply(data).get(0).done()).as("a second time").isEmpty();
    assertThat(LogVerification.of(data).problems())
        .extracting(LogVerification.Problem::what)
        .containsExactly("offsets 2 to 2 are known to be damaged");
  }

  @Test
  void aDirectoryThatABrokerHasIsRefused() {
    assertCode(ErrorCode.DIRECTORY_LOCKED, () -> LogRepair.apply(temporary.resolve("first")));
  }

  @Test
  void whatIsNoDataDirectoryIsRefusedAndNotMadeOne() {
    Path nothing = temporary.resolve("nothing");
    assertCode(ErrorCode.INVALID_REQUEST, () -> LogRepair.apply(nothing));
    assertThat(nothing).doesNotExist();
  }
}
