package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * The entries of a {@link LogRegister} in memory: what it says of each log, and what of that is not
 * on disk yet. Any thread; never waits for the disk.
 */
final class RegisterEntries {

  // All guarded by this.

  private final Map<LogId, RegisterEntry> entries = new HashMap<>();
  private final BitSet used = new BitSet();
  private final Set<RegisterEntry> changed = new LinkedHashSet<>();

  /** The logs for whose entries there is no space yet. */
  private final Map<LogId, RegisteredLog> waiting = new HashMap<>();

  /** Takes over what is on disk. */
  synchronized void load(StoredRegister stored) {
    for (StoredRegister.StoredEntry each : stored.entries().values()) {
      RegisterEntry entry = new RegisterEntry(each);
      entries.put(entry.id(), entry);
      used.set(entry.index());
      noteChanged(entry);
    }
  }

  /** Takes over the slots of a file that was replaced since they were loaded. */
  synchronized void replaced(StoredRegister stored) {
    for (RegisterEntry entry : entries.values()) {
      StoredRegister.StoredEntry found = stored.entries().get(entry.id());
      if (found != null) {
        entry.replaced(found.slot());
      }
    }
  }

  /** A log that has no entry waits for one. Returns false if it has an entry. */
  synchronized boolean addWaiting(LogId id, RegisteredLog log) {
    if (entries.containsKey(id)) {
      return false;
    }
    waiting.put(id, log);
    return true;
  }

  /** A log does not wait any more. */
  synchronized void giveUp(LogId id) {
    waiting.remove(id);
  }

  /** The logs that wait for their entries. A snapshot. */
  synchronized Set<LogId> waiting() {
    return Set.copyOf(waiting.keySet());
  }

  /** The logs that have an entry or wait for it. A snapshot. */
  synchronized Set<LogId> logs() {
    Set<LogId> logs = new HashSet<>(entries.keySet());
    logs.addAll(waiting.keySet());
    return Set.copyOf(logs);
  }

  /** What the register says of a log; null if it has no entry. */
  synchronized RegisteredLog log(LogId id) {
    RegisterEntry entry = entries.get(id);
    return entry == null ? waiting.get(id) : entry.log();
  }

  /** The entry of a log, or null. */
  synchronized RegisterEntry get(LogId id) {
    return entries.get(id);
  }

  synchronized boolean isRemoved(RegisterEntry entry) {
    return entry.isRemoved();
  }

  synchronized boolean isUrgent(RegisterEntry entry) {
    return entry.isUrgent();
  }

  /** The least index that no entry has. */
  synchronized int freeIndex() {
    return used.nextClearBit(0);
  }

  /** Gives a log its entry, unless it does not wait any more. */
  synchronized void placed(LogId id, int index) {
    RegisteredLog log = waiting.remove(id);
    if (log != null) {
      used.set(index);
      RegisterEntry entry = new RegisterEntry(id, index, log);
      entries.put(id, entry);
      changed.add(entry);
    }
  }

  /**
   * Changes what the register says of a log; nothing if the log has no entry and waits for none.
   *
   * @return the entry if a caller must save it, else null
   */
  synchronized RegisterEntry change(LogId id, UnaryOperator<RegisteredLog> change) {
    waiting.computeIfPresent(id, (same, log) -> change.apply(log));
    RegisterEntry entry = entries.get(id);
    if (entry == null || entry.isRemoved()) {
      return null;
    }
    entry.set(change.apply(entry.log()));
    noteChanged(entry);
    return entry.isUrgent() ? entry : null;
  }

  /** Begins to remove the entry of a log; {@link #written} ends it. Returns null without one. */
  synchronized RegisterEntry remove(LogId id) {
    waiting.remove(id);
    RegisterEntry entry = entries.get(id);
    if (entry != null) {
      entry.remove();
      noteChanged(entry);
    }
    return entry;
  }

  private void noteChanged(RegisterEntry entry) {
    if (!entry.isSettled()) {
      changed.add(entry);
    }
  }

  synchronized boolean hasChanges() {
    return !changed.isEmpty();
  }

  /**
   * The writes of all changes into one of the two slots.
   *
   * @param copy the slot to write, by the index of an entry
   */
  synchronized List<RegisterEntry.Write> nextWrites(IntUnaryOperator copy) {
    return changed.stream().map(entry -> entry.nextWrite(copy.applyAsInt(entry.index()))).toList();
  }

  /** Writes are on disk. */
  synchronized void written(List<RegisterEntry.Write> writes) {
    for (RegisterEntry.Write done : writes) {
      RegisterEntry entry = done.entry();
      entry.written(done);
      if (entry.isSettled()) {
        changed.remove(entry);
        if (entry.isRemoved()) {
          entries.remove(entry.id());
          used.clear(entry.index());
        }
      }
    }
  }
}
