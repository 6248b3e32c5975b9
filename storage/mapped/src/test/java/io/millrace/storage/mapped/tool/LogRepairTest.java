package io.millrace.storage.mapped.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.Directories;
import io.millrace.storage.mapped.MappedFixture;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.tool.LogRepair.RepairedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogRepairTest extends MappedFixture {

  @Test
  void damageIsQuarantinedAndIndexesAreBuilt() {
    for (int i = 0; i < 40; i++) {
      append(10_000);
    }
    log.close();
    Path data = temporary.resolve("broken");
    Directories.copy(temporary.resolve("first"), data);
    Path broken = data.resolve("logs").resolve(ID.toString());
    flip(new LogDirectory(broken).segment(0), HEADER + 20_300);
    delete(new LogDirectory(broken).index(0));

    RepairedLog planned = LogRepair.plan(data).get(0);
    RepairedLog repaired = LogRepair.apply(data).get(0);

    assertThat(planned.done())
        .containsExactly(
            "copy 10000 bytes at position 20064 of 00000000000000000000.log to the quarantine:"
                + " offsets 2 to 2 are damaged",
            "build the index of 00000000000000000000.log");
    assertThat(planned.damage()).isEqualTo(repaired.damage());
    assertThat(repaired.id()).isEqualTo(ID);
    assertThat(repaired.failure()).isEmpty();
    assertThat(repaired.done())
        .containsExactly(
            "built the index of 00000000000000000000.log",
            "offsets 2 to 2 are damaged; their 10000 bytes were copied to the quarantine");
    assertThat(repaired.damage()).hasSize(1);
    assertThat(new LogDirectory(broken).index(0)).exists();
    assertThat(LogRepair.apply(data).get(0).done()).as("a second time").isEmpty();
    assertThat(LogRepair.plan(data).get(0).done()).as("a second time").isEmpty();
    assertThat(LogVerification.of(data).problems())
        .extracting(LogVerification.Problem::what)
        .containsExactly("offsets 2 to 2 are known to be damaged");
  }

  /** A copy of the data directory, after the log was closed cleanly. */
  private Path closed() {
    log.close();
    Path data = temporary.resolve("closed");
    Directories.copy(temporary.resolve("first"), data);
    return data;
  }

  private static LogDirectory logIn(Path data) {
    return new LogDirectory(data.resolve("logs").resolve(ID.toString()));
  }

  private static void assertPlannedAndKept(Path data, DamagedRange kept) {
    assertThat(LogRepair.plan(data).get(0).damage()).containsExactly(kept.offsets());
    assertThat(LogRepair.apply(data).get(0).damage()).containsExactly(kept.offsets());
  }

  @Test
  void theIndexOfTheNewestSegmentIsPlannedAndBuiltToo() {
    append(10_000);
    Path data = closed();
    delete(logIn(data).index(0));

    assertThat(LogRepair.plan(data).get(0).done())
        .containsExactly("build the index of 00000000000000000000.log");
    assertThat(LogRepair.apply(data).get(0).done())
        .containsExactly("the index of 00000000000000000000.log was rebuilt");
    assertThat(LogRepair.plan(data).get(0).done()).as("a second time").isEmpty();
  }

  @Test
  void theLastBatchOfAClosedLogIsQuarantinedUpToItsEndThoughItEndsInAZero() {
    append(1_000);
    log.append(TestBatches.nextEndingInZero(log, 1_000));
    Path data = closed();
    flip(logIn(data).segment(0), HEADER + 1_500);

    assertPlannedAndKept(data, new DamagedRange(1, 2, 0, HEADER + 1_000, 1_000));
  }

  /**
   * If the headers do not lead to the closed mark, the log is recovered and not opened as clean.
   */
  @Test
  void bytesAfterTheEndOfAClosedLogAreQuarantinedIfItsHeadersDoNotLeadThere() {
    for (int i = 0; i < 3; i++) {
      append(1_000);
    }
    Path data = closed();
    LogDirectory directory = logIn(data);
    delete(directory.checkpoint());
    delete(directory.checkpointCopy());
    int last = HEADER + 2 * 1_000;
    flip(directory.segment(0), last + 30);
    overwrite(directory.segment(0), last + 4_999, (byte) 1);

    assertPlannedAndKept(data, new DamagedRange(2, 3, 0, last, 5_000));
  }

  /** A repair does what its plan says, whatever the damage, and a plan changes nothing. */
  @Test
  void thePlanIsWhatIsDone() {
    appendWithCheckpoint(log);
    LogId neighbour = new LogId(ID.topicId(), ID.partition() + 1);
    try (ForcedLog other = openOther(neighbour)) {
      appendWithCheckpoint(other);
    }
    Path foreign = files.resolveSibling(neighbour.toString());
    kill();
    log.close();
    Path closed = temporary.resolve("closed");
    Directories.copy(files, closed);
    Set<String> seen = new TreeSet<>();
    long first = System.nanoTime();
    for (long seed = first; seed < first + 100; seed++) {
      Random random = new Random(seed);
      Path data = temporary.resolve("data-" + seed);
      Path broken = data.resolve("logs").resolve(ID.toString());
      Directories.copy(random.nextBoolean() ? closed : found, broken);
      damage(broken, foreign, random);
      Map<Path, ByteBuffer> before = contents(data);

      RepairedLog planned = LogRepair.plan(data).get(0);

      assertThat(contents(data)).as("seed %d: nothing is changed", seed).isEqualTo(before);
      RepairedLog repaired = LogRepair.apply(data).get(0);
      assertThat(planned.damage())
          .as("seed %d: planned %s, done %s", seed, planned, repaired)
          .isEqualTo(repaired.damage());
      assertThat(planned.failure().isEmpty())
          .as("seed %d: planned %s, done %s", seed, planned, repaired)
          .isEqualTo(repaired.failure().isEmpty());
      if (repaired.failure().isEmpty()) {
        assertThat(changes(planned.done()))
            .as("seed %d: planned %s, done %s", seed, planned.done(), repaired.done())
            .isEqualTo(changes(repaired.done()));
        seen.addAll(changes(planned.done()));
        assertThat(LogRepair.plan(data).get(0).done())
            .as("seed %d: left to do after %s", seed, repaired)
            .isEmpty();
      }
      delete(data);
    }
    assertThat(seen).as("kinds of changes from seed %d on", first).hasSizeGreaterThan(4);
  }

  /**
   * The changes of files in the sentences of a plan or of a repair, which differ in their tense:
   * what is removed, moved to the quarantine, cut off and repaired. Ranges are compared apart, and
   * recovery builds some indexes without a sentence.
   */
  private static Set<String> changes(List<String> sentences) {
    Pattern change =
        Pattern.compile(
            "(?:(remove|move)d? |(cut off \\d+) bytes after .* of |(repair)(?:ed)? .* header of )"
                + "(\\d{20}\\.(?:log|index)|next\\.log\\.tmp)\\b.*");
    Set<String> found = new TreeSet<>();
    for (String sentence : sentences) {
      Matcher matcher = change.matcher(sentence);
      if (matcher.matches()) {
        String verb =
            Stream.of(1, 2, 3)
                .map(matcher::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        found.add(verb + " " + matcher.group(4));
      }
    }
    return found;
  }

  private static void appendWithCheckpoint(ForcedLog log) {
    for (int i = 0; i < 30; i++) {
      append(log, 5_000);
      if (i % 5 == 4 || i > 24) {
        log.force();
      }
      if (i == 17) {
        log.checkpoint(15, new byte[] {1});
      }
    }
  }

  /**
   * @param foreign another log, with files of the same names
   */
  private static void damage(Path log, Path foreign, Random random) {
    List<Path> all = new ArrayList<>(new TreeSet<>(contents(log).keySet()));
    for (int i = random.nextInt(4); i >= 0; i--) {
      Path file = all.remove(random.nextInt(all.size()));
      int length = bytes(file).length;
      switch (random.nextInt(5)) {
        case 0 -> delete(file);
        case 1 -> overwrite(file, 0, new byte[Math.min(length, 64)]);
        case 2 -> replace(file, foreign.resolve(file.getFileName()));
        default -> {
          for (int flips = random.nextInt(3); flips >= 0; flips--) {
            flip(file, random.nextInt(length));
          }
        }
      }
    }
  }

  private static void replace(Path file, Path by) {
    try {
      if (Files.exists(by)) {
        Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Path, ByteBuffer> contents(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .collect(Collectors.toMap(file -> file, file -> ByteBuffer.wrap(bytes(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void missingOldestSegmentsAreARangeAfterTheRepair() {
    for (int i = 0; i < 40; i++) {
      append(10_000);
    }
    Path data = closed();
    long second = logIn(data).list().segments().get(1);
    delete(logIn(data).segment(0));
    assertPlannedAndKept(data, new DamagedRange(0, second, 0, HEADER, 0));
    assertThat(LogRepair.plan(data).get(0).done()).as("a second time").isEmpty();
    assertThat(LogVerification.of(data).problems())
        .extracting(LogVerification.Problem::what)
        .containsExactly("offsets 0 to " + (second - 1) + " are known to be damaged");
  }

  @Test
  void aMissingNewestSegmentIsARangeAfterTheRepair() {
    for (int i = 0; i < 40; i++) {
      append(10_000);
    }
    log.force();
    Path data = temporary.resolve("crashed");
    Directories.copy(temporary.resolve("first"), data);
    List<Long> segments = logIn(data).list().segments();
    delete(logIn(data).segment(segments.get(segments.size() - 1)));
    RepairedLog planned = LogRepair.plan(data).get(0);
    RepairedLog repaired = LogRepair.apply(data).get(0);
    assertThat(planned.damage()).isEqualTo(repaired.damage()).hasSize(1);
    assertThat(repaired.failure()).isEmpty();
    assertThat(LogRepair.plan(data).get(0).done()).as("a second time").isEmpty();
  }

  @Test
  void aLogWithoutADirectoryIsTakenOffTheRegister() {
    append(10_000);
    Path data = closed();
    delete(logIn(data).path());
    assertThat(LogRepair.plan(data).get(0).done())
        .containsExactly("take the log off the register: it has no directory");
    assertThat(LogRepair.apply(data).get(0).done())
        .containsExactly("took the log off the register: it has no directory");
    assertThat(LogRepair.plan(data)).as("a second time").isEmpty();
    assertThat(LogVerification.of(data).problems()).isEmpty();
  }

  @Test
  void anEmptyLogWithoutADirectoryStaysOnTheRegisterAsLongAsItsTopicExists() throws IOException {
    Path data = closed();
    delete(logIn(data).path());
    Path state = data.resolve("states").resolve("topic-" + ID.topicId() + ".state");
    Files.createFile(state);
    assertThat(LogRepair.plan(data)).isEmpty();
    assertThat(LogRepair.apply(data)).isEmpty();
    delete(state);
    assertThat(LogRepair.plan(data).get(0).done())
        .containsExactly("take the log off the register: it has no directory");
    assertThat(LogRepair.apply(data).get(0).done())
        .containsExactly("took the log off the register: it has no directory");
    assertThat(LogRepair.plan(data)).as("a second time").isEmpty();
  }

  @Test
  void aDirectoryThatABrokerHasIsRefused() {
    assertCode(ErrorCode.DIRECTORY_LOCKED, () -> LogRepair.apply(temporary.resolve("first")));
  }

  @Test
  void aPathThatIsNoDataDirectoryIsRefusedAndNotCreated() {
    Path nothing = temporary.resolve("nothing");
    assertCode(ErrorCode.INVALID_REQUEST, () -> LogRepair.apply(nothing));
    assertThat(nothing).doesNotExist();
  }
}
