package io.millrace.cli.consume;

import io.millrace.cli.command.Notices;
import io.millrace.cli.command.Plural;
import io.millrace.client.Admin;
import io.millrace.client.DamagedEvents;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a command could not read: the damaged ranges that it has skipped, and the partitions that
 * end early. Says each at once on standard error. Used by one thread.
 */
final class UnreadOffsets {

  private final Admin admin;
  private final String topic;
  private final boolean skipDamaged;
  private final Notices notices;
  private final Set<DamagedEvents> skipped = new HashSet<>();
  private final Set<Integer> ended = new HashSet<>();
  private final List<MillraceException> failures = new ArrayList<>();

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
   * A partition cannot be read at an offset.
   *
   * @param offset the next offset; the damage can begin later if a filter leaves events out
   * @return the offset at which to read on; empty: the partition ends here
   */
  OptionalLong readOn(PartitionReadException cause, long offset) {
    Optional<DamagedEvents> damage = damage(cause, offset);
    if (damage.isPresent() && skipDamaged) {
      skip(damage.get());
      return OptionalLong.of(damage.get().endOffset());
    }
    ended.add(cause.partition());
    failures.add(damage.map(range -> damaged(range, cause)).orElse(cause));
    return OptionalLong.empty();
  }

  /** Whether a partition ended early. */
  boolean hasFailureOf(int partition) {
    return ended.contains(partition);
  }

  /** Says that a partition has ended while the command reads on. */
  void sayThatOthersAreRead() {
    MillraceException last = failures.get(failures.size() - 1);
    notices.say(last.getMessage() + " [" + last.code() + "]; the other partitions are read on");
  }

  /**
   * Requires that no partition ended early.
   *
   * @throws MillraceException with the code of the first failure, and the messages of all
   */
  void requireNone() {
    if (failures.size() == 1) {
      throw failures.get(0);
    }
    if (!failures.isEmpty()) {
      throw new MillraceException(
          failures.get(0).code(),
          Plural.of(failures.size(), "partition")
              + " could not be read to the end: "
              + String.join("; ", failures.stream().map(MillraceException::getMessage).toList()));
    }
  }

  /** Damage that the broker knows of. A broker that cannot say it is asked in vain. */
  private Optional<DamagedEvents> damage(PartitionReadException cause, long offset) {
    if (cause.code() != ErrorCode.CORRUPT_LOG) {
      return Optional.empty();
    }
    try {
      return admin.nextDamage(topic, cause.partition(), offset);
    } catch (MillraceException e) {
      return Optional.empty();
    }
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

  private MillraceException damaged(DamagedEvents range, PartitionReadException cause) {
    return new MillraceException(
        cause.code(),
        "offsets "
            + range.firstOffset()
            + " to "
            + (range.endOffset() - 1)
            + " of partition "
            + range.partition()
            + " are damaged ("
            + range.reason()
            + "); --skip-damaged reads on after them, and so does 'millrace consume "
            + topic
            + " --partition "
            + range.partition()
            + " --from "
            + range.endOffset()
            + "'",
        cause);
  }
}
