package io.millrace.storage.mapped.tool;

import io.millrace.storage.LogId;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.StoredRegister;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The logs in a data directory, as a broker that starts with it finds them. Immutable.
 *
 * @param all those that have a directory, and those that the register names
 * @param namedOnly those of the register that have no directory
 */
public record StoredLogs(Set<LogId> all, Set<LogId> namedOnly) {

  public StoredLogs {
    all = Set.copyOf(all);
    namedOnly = Set.copyOf(namedOnly);
  }

  /** Reads them. Blocks on the disk. */
  public static StoredLogs in(Path dataDirectory) {
    // Before the directories: an entry is removed before its files.
    Set<LogId> named = new HashSet<>(StoredRegister.in(dataDirectory).logs());
    Set<LogId> all = new HashSet<>(LogDirectory.idsIn(dataDirectory.resolve("logs")));
    named.removeAll(all);
    all.addAll(named);
    return new StoredLogs(all, named);
  }
}
