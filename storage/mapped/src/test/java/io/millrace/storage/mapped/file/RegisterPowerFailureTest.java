package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.InMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The register after a power failure at any fsync that damages every page that was written and not
 * fsynced. Random changes of many logs, failed fsyncs and kills; the seed is in each message.
 */
class RegisterPowerFailureTest {

  private static final int PAGE = StoredRegister.PAGE_BYTES;
  private static final int LOGS = 200;

  @TempDir(factory = InMemory.class)
  Path temporary;

  private final FaultyDisk disk = new FaultyDisk(null);
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final Map<LogId, RegisteredLog> saved = new HashMap<>();
  private Random random;
  private String what;
  private LogRegister register;

  /** The bytes on the disk. */
  private byte[] synced;

  /** The log that is being changed: it may have its old values or the new ones. */
  private LogId changing;

  /** The logs whose removal was interrupted: nothing needs their entries. */
  private final Set<LogId> halfRemoved = new HashSet<>();

  private boolean removing;
  private boolean killed;

  /** Thrown instead of an fsync. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void losesNoEntry() throws IOException {
    for (long seed = 1; seed <= 10; seed++) {
      runWith(seed);
    }
  }

  private void runWith(long seed) throws IOException {
    random = new Random(seed);
    saved.clear();
    halfRemoved.clear();
    disk.onFsync = () -> {};
    Path directory = Files.createDirectories(temporary.resolve("seed" + seed));
    open(directory);
    synced = Files.readAllBytes(directory.resolve(StoredRegister.NAME));
    disk.onFsync = () -> fsync(directory);
    for (int step = 0; step < 400; step++) {
      what = "seed " + seed + ", step " + step;
      killed = random.nextInt(50) == 0;
      disk.fsyncFails = random.nextInt(8) == 0;
      changing = new LogId(new UUID(7, 11), random.nextInt(LOGS));
      removing = false;
      try {
        change();
        disk.fsyncFails = false;
      } catch (StorageException | Killed e) {
        disk.fsyncFails = false;
        if (removing) {
          halfRemoved.add(changing);
        }
        // In doubt: after a start it has one of the two.
        open(directory);
        finish();
      }
    }
    disk.onFsync = () -> {};
    register.close();
  }

  private void open(Path directory) {
    later.clear();
    killed = false;
    register = LogRegister.open(directory, disk, (nanos, work) -> later.add(work));
  }

  private void finish() {
    RegisteredLog now = register.of(changing).log();
    if (now == null) {
      halfRemoved.remove(changing);
    }
    if (now == null || halfRemoved.contains(changing)) {
      saved.remove(changing);
    } else {
      saved.put(changing, now);
    }
  }

  private void change() {
    Registration entry = register.of(changing);
    RegisteredLog now = entry.log();
    switch (now == null ? 0 : random.nextInt(6)) {
      case 0 -> entry.opened(new RegisteredLog(0, random.nextInt(9), 20, 1));
      case 1 -> entry.startsAt(now.startOffset() + 1);
      case 2 -> entry.requires(now.newestSegment() + 1);
      case 3 -> entry.durable(now.durableOffset() + 1);
      case 4 -> {
        if (random.nextInt(4) == 0) {
          removing = true;
          register.remove(changing);
        }
      }
      default -> {
        if (!later.isEmpty()) {
          later.remove().run();
        }
      }
    }
    finish();
  }

  private void fsync(Path directory) {
    try {
      byte[] cached = Files.readAllBytes(directory.resolve(StoredRegister.NAME));
      assertNothingIsLost(cached);
      if (killed) {
        throw new Killed();
      }
      if (!disk.fsyncFails) {
        synced = cached;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertNothingIsLost(byte[] cached) throws IOException {
    byte[] found = cached.clone();
    for (int at = 0; at < found.length; at += PAGE) {
      boolean same =
          at + PAGE <= synced.length && Arrays.equals(cached, at, at + PAGE, synced, at, at + PAGE);
      if (!same) {
        Arrays.fill(found, at, at + PAGE, (byte) -1);
      }
    }
    Path damaged = Files.createDirectories(temporary.resolve("damaged"));
    Files.write(damaged.resolve(StoredRegister.NAME), found);
    StoredRegister left = StoredRegister.in(damaged);
    saved.forEach(
        (id, log) -> {
          if (!id.equals(changing)) {
            assertThat(left.of(id)).as("%s: %s", what, id).isNotNull();
            assertThat(left.of(id).requiresSameAs(log)).as("%s: %s", what, id).isTrue();
          }
        });
  }
}
