package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.Replayed;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestStates;
import io.millrace.storage.mapped.tool.LogRepair;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data directory of format version 1 is refused with {@code LOG_TOO_OLD}, and nothing in it
 * changes. The directory has one of each kind of file, as the last build of version 1 wrote them;
 * the segment is cut after its first batches.
 */
class VersionOneTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "data-v1");
  private static final LogId ID = new LogId(new UUID(0x4d696c6c72616365L, 1), 0);
  private static final SegmentSizes SETTINGS = new SegmentSizes(64 * 1024);
  private static final String SENTENCE =
      " has format version 1, this build reads only version 2 and does not convert older files;"
          + " read it with the Millrace version that wrote it, or choose another directory with"
          + " --data-dir";

  @TempDir Path temporary;
  private Path data;
  private Path log;

  @BeforeEach
  void copy() {
    data = temporary.resolve("data");
    Directories.copy(GOLDEN, data);
    log = data.resolve("logs").resolve(ID.toString());
  }

  private MappedStorage open() {
    return MappedStorage.open(data, new MappedSettings(1, 10));
  }

  @Test
  void theDirectoryIsRefusedAndLeftAsItIs() throws IOException {
    Map<String, byte[]> before = files();
    assertTooOld(this::open, data.resolve("epoch"));
    assertThat(files()).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void eachFileOfALogIsRefused() throws IOException {
    Files.delete(data.resolve("epoch"));
    try (MappedStorage storage = open()) {
      for (String name : new String[] {"00000000000000000000.log", "checkpoint"}) {
        Map<String, byte[]> before = files();
        assertTooOld(() -> storage.open(ID, SETTINGS, new Replayed()), log.resolve(name));
        assertThat(files()).usingRecursiveComparison().isEqualTo(before);
        Files.delete(log.resolve(name));
      }
    }
  }

  @Test
  void aStateIsRefused() throws IOException {
    Files.delete(data.resolve("epoch"));
    try (MappedStorage storage = open()) {
      assertTooOld(
          () -> TestStates.load(storage.states(), "golden"), data.resolve("states/golden.state"));
    }
  }

  @Test
  void theOfflineToolsSayIt() {
    assertThat(LogVerification.of(data).problems())
        .extracting(LogVerification.Problem::what)
        .contains(
            log.resolve("00000000000000000000.log") + SENTENCE,
            data.resolve("epoch") + SENTENCE,
            data.resolve("states/golden.state") + SENTENCE);
    assertThat(LogRepair.plan(data))
        .allMatch(plan -> plan.failure().get().getMessage().endsWith(SENTENCE));
  }

  private static void assertTooOld(ThrowingCallable use, Path file) {
    StorageException refusal = MappedFixture.refusal(use);
    assertThat(refusal.code()).isEqualTo(ErrorCode.LOG_TOO_OLD);
    assertThat(refusal).hasMessage(file + SENTENCE);
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("lock")) {
          bytes.put(data.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
    return bytes;
  }
}
