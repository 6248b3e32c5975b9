package io.millrace.cli.command;

import io.millrace.client.Admin;
import io.millrace.client.DamagedEvents;
import java.util.Optional;

/** Damaged ranges that follow each other without a whole event between them. */
public final class AdjacentDamage {

  private AdjacentDamage() {}

  /**
   * One past the last offset of a damaged range and the ranges that follow it at once: where whole
   * events can begin. Asks the broker once for each range.
   */
  public static long end(Admin admin, DamagedEvents range) {
    long end = range.endOffset();
    while (true) {
      long at = end;
      Optional<DamagedEvents> next =
          admin
              .nextDamage(range.topic(), range.partition(), at)
              .filter(following -> following.contains(at));
      if (next.isEmpty()) {
        return end;
      }
      end = next.get().endOffset();
    }
  }
}
