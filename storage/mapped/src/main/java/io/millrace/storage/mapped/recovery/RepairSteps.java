package io.millrace.storage.mapped.recovery;

import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.DamagedRanges;
import io.millrace.storage.mapped.file.StoredSegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a {@link RepairPlan} in words, and the damaged offsets that they leave. One thread.
 */
final class RepairSteps {

  private final List<String> steps = new ArrayList<>();
  private DamagedRanges damage = new DamagedRanges(List.of());

  void add(String step) {
    steps.add(step);
  }

  /** A range that is on record: it needs no step. */
  void knownDamage(DamagedRange range) {
    damage = damage.with(range);
  }

  void remove(Path file, String why) {
    steps.add("remove " + file.getFileName() + why);
  }

  /** Quarantines damaged bytes; if they are missing, only their offsets are noted. */
  void quarantine(StoredSegment segment, DamagedRange range) {
    damage = damage.with(range);
    String what =
        range.bytes() == 0
            ? "note what is missing after position %d of %s: "
                .formatted(range.position(), segment.path().getFileName())
            : "copy %d bytes at position %d of %s to the quarantine: "
                .formatted(range.bytes(), range.position(), segment.path().getFileName());
    steps.add(what + offsets(range));
  }

  /** Creates an empty segment in the place of the missing oldest ones. */
  void replaceOldest(Path file, DamagedRange range) {
    damage = damage.with(range);
    steps.add(
        "create "
            + file.getFileName()
            + ", an empty segment in the place of missing ones: "
            + offsets(range));
  }

  private static String offsets(DamagedRange range) {
    return "offsets "
        + range.firstOffset()
        + " to "
        + (range.endOffset() - 1)
        + (range.bytes() == 0 ? " are missing" : " are damaged");
  }

  void quarantineWhole(StoredSegment segment, String why) {
    steps.add("move " + segment.path().getFileName() + " to the quarantine: " + why);
  }

  void cutOff(StoredSegment segment, long bytes, long offset) {
    steps.add(
        "cut off "
            + bytes
            + " bytes after offset "
            + offset
            + " of "
            + segment.path().getFileName());
  }

  /** One sentence each. */
  List<String> all() {
    return List.copyOf(steps);
  }

  /** The damaged ranges, offsets ascending. */
  List<DamagedRange> damage() {
    return damage.all();
  }

  /** The damaged offsets, ascending. */
  List<DamagedOffsets> damagedOffsets() {
    return damage.all().stream().map(DamagedRange::offsets).toList();
  }
}
