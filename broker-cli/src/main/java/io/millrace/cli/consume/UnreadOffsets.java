package io.millrace.cli.consume;

import io.millrace.cli.command.AdjacentDamage;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.Plural;
import io.millrace.client.Admin;
import io.millrace.client.DamagedEvents;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.client.StartPosition;
import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a command could not read: the damaged ranges that it has skipped, and the partitions that
 * end early. Says each at once on standard error. Used by one thread.
 */
final class UnreadOffsets {

  /** How often a read is repeated at one position. */
  static final int MAX_ATTEMPTS = 5;

  /** The pause before the first repetition; each other one is twice as long as the one before. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  /**
   * @param count the repetitions of a read at a position
   */
  private record Attempts(StartPosition at, int count) {}

  private final Admin admin;
  private final String topic;
  private final boolean skipDamaged;
  private final Notices notices;
  private final Set<DamagedEvents> skipped = new HashSet<>();
  private final Map<Integer, Attempts> attempts = new HashMap<>();

  /** By partition: why it ended early. */
  private final Map<Integer, MillraceException> failures = new LinkedHashMap<>();

  /** By partition and end: damage after which the partition is read on although it is a failure. */
  private final Map<Integer, NavigableMap<Long, MillraceException>> leftOut = new TreeMap<>();

  private boolean leavesDamageOut;
  private boolean saysWhatIsLeftOut;

  /**
   * @param skipDamaged whether to read on after a damaged range
   * @param notices gets what is said
   */
  UnreadOffsets(Admin admin, String topic, boolean skipDamaged, Notices notices) {
    this.admin = admin;
    this.topic = topic;
    this.skipDamaged = skipDamaged;
    this.notices = notices;
  }

  /**
   * From now on, a partition is read on after damage, which is a failure nevertheless. Without
   * effect if damage is skipped.
   */
  void leaveDamageOut() {
    leavesDamageOut = true;
  }

  /** Says which damage is left out, and from now on at once. */
  void sayWhatIsLeftOut() {
    saysWhatIsLeftOut = true;
    allLeftOut().forEach(failure -> say(failure, ""));
  }

  private List<MillraceException> allLeftOut() {
    return leftOut.values().stream().flatMap(of -> of.values().stream()).toList();
  }

  /**
   * A partition cannot be read at a position. Only a range that contains the next offset is
   * skipped: there can be whole events before any other. If the broker lists no such range, it
   * looks for the damage, and the same read is repeated after a pause, a few times. It does not
   * look for damage in a partition that it could not open.
   *
   * @param at where the partition was read; usually the next offset
   * @return where to read on; empty: the partition ends here
   */
  Optional<StartPosition> readOn(PartitionReadException cause, StartPosition at) {
    int partition = cause.partition();
    boolean isDamage = cause.code() == ErrorCode.CORRUPT_LOG;
    Optional<DamagedEvents> damage = isDamage ? damageAt(partition, at) : Optional.empty();
    if (damage.isPresent() && skipDamaged) {
      skip(damage.get());
      return Optional.of(StartPosition.offset(damage.get().endOffset()));
    }
    if (damage.isPresent() && leavesDamageOut) {
      leaveOut(damage.get(), cause);
      return Optional.of(StartPosition.offset(damage.get().endOffset()));
    }
    boolean isSearched = damage.isEmpty() && isDamage && !isRefused(partition);
    if (isSearched && mayReadAgain(partition, at)) {
      return Optional.of(at);
    }
    failures.put(
        partition,
        damage
            .map(range -> damaged(range, cause))
            .orElseGet(() -> isSearched ? notLocated(cause) : explained(cause, at)));
    return Optional.empty();
  }

  /** A partition cannot be read at all. */
  void cannotRead(PartitionReadException cause) {
    failures.put(cause.partition(), cause);
  }

  /** Whether the broker could not open a partition because of damage. */
  private boolean isRefused(int partition) {
    try {
      return admin.describeTopic(topic).partitions().get(partition).failure().stream()
          .anyMatch(failure -> failure.code() == ErrorCode.CORRUPT_LOG);
    } catch (MillraceException e) {
      return false;
    }
  }

  /** Waits before a read is repeated; false if it was repeated often enough. */
  private boolean mayReadAgain(int partition, StartPosition at) {
    Attempts last = attempts.get(partition);
    int count = last != null && last.at().equals(at) ? last.count() + 1 : 1;
    attempts.put(partition, new Attempts(at, count));
    if (count > MAX_ATTEMPTS) {
      return false;
    }
    try {
      Thread.sleep(FIRST_PAUSE.multipliedBy(1L << (count - 1)).toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The offset from which on nothing of a partition is missing: one past the damage that is left
   * out, MAX_VALUE if the partition ended early, and 0 without a failure.
   */
  long wholeFrom(int partition) {
    if (failures.containsKey(partition)) {
      return Long.MAX_VALUE;
    }
    return leftOut.containsKey(partition) ? leftOut.get(partition).lastKey() : 0;
  }

  /** Nothing that was left out of a partition was asked for. */
  void forgetLeftOut(int partition) {
    leftOut.remove(partition);
  }

  /** Says that a partition has ended while the command reads on. */
  void sayThatOthersAreRead(int partition) {
    say(failures.get(partition), "; the other partitions are read on");
  }

  /**
   * Requires that no partition ended early.
   *
   * @throws MillraceException with the code of the first failure, and the messages of all
   */
  void requireNone() {
    List<MillraceException> all = new ArrayList<>(failures.values());
    all.addAll(allLeftOut());
    leftOut.clear();
    if (all.size() == 1) {
      throw all.get(0);
    }
    if (!all.isEmpty()) {
      throw new MillraceException(
          all.get(0).code(),
          "not all events could be read: "
              + String.join("; ", all.stream().map(MillraceException::getMessage).toList()));
    }
  }

  /**
   * The failure of a partition as the user sees it: with the command that continues after events
   * that were deleted.
   *
   * @param at where the partition was read
   */
  MillraceException explained(PartitionReadException cause, StartPosition at) {
    int partition = cause.partition();
    long offset = at instanceof StartPosition.Offset next ? next.offset() : 0;
    OptionalLong start =
        cause.code() == ErrorCode.OFFSET_OUT_OF_RANGE ? start(partition) : OptionalLong.empty();
    if (start.isEmpty() || start.getAsLong() <= offset) {
      return cause;
    }
    return new MillraceException(
        cause.code(),
        "offsets "
            + offset
            + " to "
            + (start.getAsLong() - 1)
            + " of partition "
            + partition
            + " were deleted, by retention or by a command, before they were read ("
            + Plural.of(start.getAsLong() - offset, "offset")
            + "); to continue after them: "
            + consumeFrom(partition, start.getAsLong()),
        cause);
  }

  private OptionalLong start(int partition) {
    try {
      return OptionalLong.of(admin.describeTopic(topic).partitions().get(partition).start());
    } catch (MillraceException e) {
      return OptionalLong.empty();
    }
  }

  /** The damaged range at a position. A broker that cannot list damage is asked in vain. */
  private Optional<DamagedEvents> damageAt(int partition, StartPosition at) {
    if (!(at instanceof StartPosition.Offset next)) {
      return Optional.empty();
    }
    try {
      return admin
          .nextDamage(topic, partition, next.offset())
          .filter(range -> range.contains(next.offset()));
    } catch (MillraceException e) {
      return Optional.empty();
    }
  }

  private void leaveOut(DamagedEvents range, PartitionReadException cause) {
    MillraceException failure =
        new MillraceException(
            cause.code(),
            name(range)
                + " are damaged ("
                + range.reason()
                + ") and left out; --skip-damaged accepts that",
            cause);
    boolean isNew =
        leftOut
                .computeIfAbsent(range.partition(), partition -> new TreeMap<>())
                .put(range.endOffset(), failure)
            == null;
    if (isNew && saysWhatIsLeftOut) {
      say(failure, "");
    }
  }

  private static String name(DamagedEvents range) {
    return "offsets "
        + range.firstOffset()
        + " to "
        + (range.endOffset() - 1)
        + " of partition "
        + range.partition();
  }

  private void skip(DamagedEvents range) {
    if (skipped.add(range)) {
      notices.say(
          "skipped offsets "
              + range.firstOffset()
              + " to "
              + (range.endOffset() - 1)
              + " of partition "
              + range.partition()
              + ", which are damaged ("
              + range.reason()
              + ")");
    }
  }

  private static MillraceException notLocated(PartitionReadException cause) {
    return new MillraceException(
        cause.code(),
        cause.getMessage()
            + "; the broker has not found which offsets are damaged: restart it, so that it"
            + " verifies the partition, or stop it and run 'millrace log verify' on its data"
            + " directory",
        cause);
  }

  private MillraceException damaged(DamagedEvents range, PartitionReadException cause) {
    return new MillraceException(
        cause.code(),
        name(range)
            + " are damaged ("
            + range.reason()
            + "); --skip-damaged reads on after them, and so does "
            + consumeFrom(range.partition(), endOfAdjacent(range)),
        cause);
  }

  /** Where the events continue. Without an answer, after the range itself. */
  private long endOfAdjacent(DamagedEvents range) {
    try {
      return AdjacentDamage.end(admin, range);
    } catch (MillraceException e) {
      return range.endOffset();
    }
  }

  /** The command that reads a partition from an offset on. */
  private String consumeFrom(int partition, long offset) {
    return "'millrace consume " + topic + " --partition " + partition + " --from " + offset + "'";
  }

  private void say(MillraceException failure, String more) {
    notices.say(failure.getMessage() + " [" + failure.code() + "]" + more);
  }
}
