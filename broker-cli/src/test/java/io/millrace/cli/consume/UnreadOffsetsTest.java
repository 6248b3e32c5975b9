package io.millrace.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.Notices;
import io.millrace.client.Admin;
import io.millrace.client.DamagedEvents;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.PartitionDescription.Failure;
import io.millrace.client.PartitionReadException;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a command reads on after damage. */
class UnreadOffsetsTest {

  private static final StartPosition NEXT = StartPosition.offset(271);

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** What the broker lists; it has found the damage at 298 earlier. */
  private final List<DamagedEvents> damage = new ArrayList<>(List.of(range(298, 299)));

  /** Why the partition refuses appends. */
  private Optional<Failure> refusal = Optional.empty();

  private static DamagedEvents range(long from, long to) {
    return new DamagedEvents("t", 0, from, to, "torn");
  }

  private UnreadOffsets unread(boolean skipDamaged) {
    Notices notices =
        new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), "millrace consume", false);
    return new UnreadOffsets(admin(), "t", skipDamaged, notices);
  }

  /** An admin that answers these two questions. */
  private Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              return switch (method.getName()) {
                case "nextDamage" -> nextDamage((long) arguments[2]);
                case "describeTopic" -> topic();
                default -> throw new AssertionError("unexpected " + method);
              };
            });
  }

  private Optional<DamagedEvents> nextDamage(long offset) {
    return damage.stream().filter(range -> range.endOffset() > offset).findFirst();
  }

  private TopicDescription topic() {
    return new TopicDescription(
        new UUID(1, 2),
        "t",
        Instant.EPOCH,
        Map.of(),
        List.of(new PartitionDescription(0, 0, 300, 300, 1, refusal)));
  }

  private static PartitionReadException failure(ErrorCode code) {
    return new PartitionReadException(code, "the broker says so", 0, null);
  }

  @ParameterizedTest
  @ValueSource(longs = {270, 271})
  void theRangeAtTheOffsetIsSkipped(long first) {
    damage.add(0, range(first, 275));
    assertThat(unread(true).readOn(failure(ErrorCode.CORRUPT_LOG), NEXT))
        .contains(StartPosition.offset(275));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("skipped offsets " + first + " to 274 ");
  }

  @Test
  void aLaterRangeIsNotSkippedTo() {
    UnreadOffsets unread = unread(true);
    assertThat(unread.readOn(failure(ErrorCode.CORRUPT_LOG), NEXT)).contains(NEXT);
    damage.add(0, range(271, 272));
    assertThat(unread.readOn(failure(ErrorCode.CORRUPT_LOG), NEXT))
        .contains(StartPosition.offset(272));
    unread.requireNone();
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damageThatIsNotLocatedEndsThePartition(boolean skipDamaged) {
    UnreadOffsets unread = unread(skipDamaged);
    Optional<StartPosition> readOn = Optional.of(NEXT);
    for (int read = 1; read <= UnreadOffsets.MAX_ATTEMPTS; read++) {
      readOn = unread.readOn(failure(ErrorCode.CORRUPT_LOG), NEXT);
      assertThat(readOn).as("read %d", read).contains(NEXT);
    }
    assertThat(unread.readOn(failure(ErrorCode.CORRUPT_LOG), NEXT)).isEmpty();
    assertThatThrownBy(unread::requireNone)
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG))
        .hasMessageContaining("the broker says so")
        .hasMessageContaining("millrace log verify");
  }

  /** The broker looks for no damage in a log that it has not opened. */
  @Test
  void aPartitionThatTheBrokerCouldNotOpenEndsAtOnceWithTheReason() {
    refusal = Optional.of(new Failure(ErrorCode.CORRUPT_LOG, "its files are gone"));
    UnreadOffsets unread = unread(true);
    assertThat(unread.readOn(failure(ErrorCode.CORRUPT_LOG), StartPosition.earliest())).isEmpty();
    assertThatThrownBy(unread::requireNone)
        .hasMessage("the broker says so")
        .hasMessageNotContaining("restart");
  }

  @Test
  void aPartitionThatOnlyRefusesAppendsIsReadAgain() {
    refusal = Optional.of(new Failure(ErrorCode.STORAGE_FAILED, "an fsync has failed"));
    assertThat(unread(true).readOn(failure(ErrorCode.CORRUPT_LOG), NEXT)).contains(NEXT);
  }

  @Test
  void theAdviceLeadsOverAdjacentRanges() {
    damage.addAll(0, List.of(range(271, 275), range(275, 276), range(276, 280), range(281, 290)));
    UnreadOffsets unread = unread(false);
    assertThat(unread.readOn(failure(ErrorCode.CORRUPT_LOG), NEXT)).isEmpty();
    assertThatThrownBy(unread::requireNone)
        .hasMessageContaining("offsets 271 to 274 of partition 0 are damaged")
        .hasMessageContaining("--from 280'");
  }

  /** A search by time meets damage before the broker knows its range. */
  @Test
  void aStartThatIsNoOffsetIsTriedAgain() {
    StartPosition earliest = StartPosition.earliest();
    damage.add(0, range(0, 1));
    assertThat(unread(true).readOn(failure(ErrorCode.CORRUPT_LOG), earliest)).contains(earliest);
  }

  @Test
  void anotherFailureEndsThePartition() {
    damage.add(0, range(271, 272));
    assertThat(unread(true).readOn(failure(ErrorCode.CORRUPT_BATCH), NEXT)).isEmpty();
  }
}
