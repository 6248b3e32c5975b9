package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.InMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The register after power failures at any fsync. Each page that was written and not fsynced then
 * is old, new, damaged, or a mixture. What was confirmed, or read by a start, is never lost.
 */
class RegisterPowerFailureTest {

  @TempDir(factory = InMemory.class)
  Path temporary;

  private static LogId id(int partition) {
    return new LogId(new UUID(7, 11), partition);
  }

  private Path file() {
    return temporary.resolve(StoredRegister.NAME);
  }

  private void write(byte[] image) {
    try {
      Files.deleteIfExists(file());
      Files.write(file(), image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertAtLeast(RegisteredLog found, RegisteredLog least, String what) {
    assertThat(found).as(what).isNotNull();
    assertThat(found.startOffset()).as(what).isGreaterThanOrEqualTo(least.startOffset());
    assertThat(found.newestSegment()).as(what).isGreaterThanOrEqualTo(least.newestSegment());
  }

  // Every image after a power failure, and every image after a second one.

  /** Logs in both halves of the pages of two groups. */
  private static final int[] INDEXES = {0, 40, 64, 104};

  /** An image, and the least values that its logs must have: what was confirmed before. */
  private record Image(ByteBuffer bytes, Map<LogId, RegisteredLog> least) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoPowerFailuresLoseNothing(boolean full) {
    ByteBuffer first = StoredRegister.empty(2);
    Map<LogId, RegisteredLog> least = new LinkedHashMap<>();
    for (int index : INDEXES) {
      RegisteredLog log = new RegisteredLog(10, 10, 1000, 1);
      least.put(id(index), log);
      for (int copy = 0; copy < 2; copy++) {
        byte[] slot = new RegisterSlot(id(index), 5 + copy, log).encode().array();
        first.put(StoredRegister.position(index, copy), slot);
      }
    }
    Set<Image> afterOne = imagesAfter(new Image(first, least), full, "the first run");
    assertThat(afterOne).hasSizeGreaterThan(50);
    int number = 0;
    Set<Image> afterTwo = new HashSet<>();
    for (Image image : afterOne) {
      afterTwo.addAll(imagesAfter(image, full, "image " + number++));
    }
    assertThat(afterTwo).hasSizeGreaterThan(500);
    for (Image image : afterTwo) {
      write(image.bytes().array());
      StoredRegister left = StoredRegister.in(temporary);
      image.least().forEach((id, log) -> assertAtLeast(left.of(id), log, id.toString()));
    }
  }

  /** All images that a power failure can leave while some changes are written after a start. */
  private Set<Image> imagesAfter(Image start, boolean full, String what) {
    write(start.bytes().array());
    PowerCutDisk disk = new PowerCutDisk(file());
    disk.full = full;
    Map<LogId, RegisteredLog> least = new HashMap<>(start.least());
    Set<Image> found = new HashSet<>();
    disk.onFsync =
        () ->
            disk.images()
                .forEach(bytes -> found.add(new Image(ByteBuffer.wrap(bytes), Map.copyOf(least))));
    Deque<Runnable> later = new ArrayDeque<>();
    LogRegister register = LogRegister.open(temporary, disk, (nanos, work) -> later.add(work));
    for (int index : INDEXES) {
      // What a start has read is confirmed without a write if a client repeats its deletion.
      RegisteredLog read = register.of(id(index)).log();
      assertAtLeast(read, least.get(id(index)), what);
      least.put(id(index), read);
    }
    for (int index : new int[] {0, 104, 40}) {
      Registration entry = register.of(id(index));
      try {
        entry.startsAt(entry.log().startOffset() + 1);
        entry.requires(entry.log().newestSegment() + 1);
        least.put(id(index), entry.log());
      } catch (StorageException e) {
        assertThat(full).as(what + e.getMessage()).isTrue();
      }
    }
    later.remove().run();
    disk.onFsync = () -> {};
    register.close();
    return found;
  }

  /** The write of a new value, and the start after it, are killed; then the power fails. */
  @Test
  void whatAStartReadsIsOnDiskWhicheverFileHasTheName() {
    for (int kept = 0; kept < 8; kept++) {
      write(StoredRegister.empty(1).array());
      disk = new PowerCutDisk(file());
      register = LogRegister.open(temporary, disk, (nanos, work) -> {});
      register.of(id(0)).opened(new RegisteredLog(10, 10, 20, 1));
      register.close();
      register = LogRegister.open(temporary, disk, (nanos, work) -> {});
      stopAfter(2, () -> register.of(id(0)).startsAt(11));
      disk = disk.afterKill();
      stopAfter(kept, () -> LogRegister.open(temporary, disk, (nanos, work) -> {}));
      disk = disk.afterKill();
      register = LogRegister.open(temporary, disk, (nanos, work) -> {});
      RegisteredLog read = register.of(id(0)).log();
      for (byte[] image : disk.images()) {
        write(image);
        assertAtLeast(StoredRegister.in(temporary).of(id(0)), read, "after " + kept);
      }
    }
  }

  private void stopAfter(int fsyncs, Runnable run) {
    fsyncsToLive = fsyncs;
    disk.onFsync = this::countDown;
    try {
      run.run();
    } catch (Stopped e) {
      return;
    } finally {
      disk.onFsync = () -> {};
    }
  }

  private void countDown() {
    if (fsyncsToLive-- == 0) {
      throw new Stopped();
    }
  }

  // Random changes of many logs, failed fsyncs, kills and power failures, one after the other.

  private static final int LOGS = 200;

  private final Map<LogId, RegisteredLog> saved = new HashMap<>();

  /** The logs whose removal was interrupted: nothing needs their entries. */
  private final Set<LogId> halfRemoved = new HashSet<>();

  private final Deque<Runnable> later = new ArrayDeque<>();
  private Random random;
  private PowerCutDisk disk;
  private LogRegister register;
  private int fsyncsToLive;

  /** Thrown instead of an fsync. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void manyFailuresLoseNothing() throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      Files.deleteIfExists(file());
      random = new Random(seed);
      saved.clear();
      halfRemoved.clear();
      disk = new PowerCutDisk(file());
      open("seed " + seed);
      for (int step = 0; step < 400; step++) {
        step("seed " + seed + ", step " + step);
      }
      fsyncsToLive = Integer.MAX_VALUE;
      disk.fsyncFails = false;
      register.close();
    }
  }

  private void step(String what) {
    disk.fsyncFails = random.nextInt(10) == 0;
    fsyncsToLive = random.nextInt(20) == 0 ? random.nextInt(3) : Integer.MAX_VALUE;
    LogId id = id(random.nextInt(LOGS));
    boolean removing = random.nextInt(20) == 0 && saved.containsKey(id);
    try {
      if (removing) {
        halfRemoved.add(id);
        register.remove(id);
        halfRemoved.remove(id);
        saved.remove(id);
      } else {
        change(id);
      }
    } catch (StorageException e) {
      if (fsyncsToLive < 0) {
        throw e;
      }
    } catch (Stopped e) {
      restart(what);
    }
  }

  private void change(LogId id) {
    Registration entry = register.of(id);
    RegisteredLog now = entry.log();
    if (now == null || halfRemoved.contains(id)) {
      entry.opened(new RegisteredLog(random.nextInt(9), random.nextInt(9), 20, 1));
      confirmed(id, entry);
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        entry.startsAt(now.startOffset() + 1);
        confirmed(id, entry);
      }
      case 1 -> {
        entry.requires(now.newestSegment() + 1);
        confirmed(id, entry);
      }
      case 2 -> entry.durable(now.durableOffset() + 1);
      default -> {
        if (!later.isEmpty()) {
          later.remove().run();
        }
      }
    }
  }

  private void confirmed(LogId id, Registration entry) {
    entry.requireEntry(); // without space for an entry, nothing is confirmed
    halfRemoved.remove(id);
    saved.put(id, entry.log());
  }

  /** The next process starts, after a kill or a power failure. */
  private void restart(String what) {
    if (Files.exists(file()) && random.nextBoolean()) {
      write(disk.image(random));
      disk = new PowerCutDisk(file());
    } else {
      disk = disk.afterKill();
    }
    open(what);
  }

  private void open(String what) {
    disk.full = random.nextInt(3) == 0 && Files.exists(file());
    disk.onFsync = this::countDown;
    later.clear();
    fsyncsToLive = random.nextInt(5) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
    try {
      register = LogRegister.open(temporary, disk, (nanos, work) -> later.add(work));
    } catch (Stopped e) {
      restart(what);
      return;
    }
    // An interrupted change may be there or not. From now on it is read.
    halfRemoved.removeIf(id -> register.of(id).log() == null && saved.remove(id) != null);
    saved.forEach(
        (id, log) -> {
          if (!halfRemoved.contains(id)) {
            assertAtLeast(register.of(id).log(), log, what + ": " + id);
          }
        });
    register.logs().forEach(id -> saved.put(id, register.of(id).log()));
  }
}
