package io.millrace.simulation;

import io.millrace.core.AppendCallback;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.PartitionOwner;
import io.millrace.core.SimulatedPartition;
import io.millrace.core.SubscriptionSpec;
import io.millrace.core.SubscriptionStart;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.simulation.SimulatedProducer.Sent;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One partition, the real one over the real engine, with producers and readers, through crashes and
 * failing disks. QueueOpenings stand for threads; the seed decides which of them takes a step, and
 * which operation fails. One thread.
 */
final class PartitionSimulation {

  private static final LogId ID = new LogId(new UUID(7, 11), 0);
  private static final int MAX_SEGMENT_BYTES = 64 * 1024;
  private static final int STEPS = 100;
  private static final int MOST_STEPS_TO_QUIET = 20_000;
  private static final long RETENTION_BYTES = 128 * 1024;
  private static final long CHECKPOINT_BYTES = 24 * 1024;
  private static final long CREDIT_BYTES = 50_000;
  private static final long FORGED_OFFSET = 1L << 61;

  private final Path directory;
  private final Random random;
  private final Trace trace;
  private final ExpectedLog expected = new ExpectedLog();
  private final BatchBuilder builder = new BatchBuilder(200_000, BatchCodec.NONE);
  private final List<SimulatedProducer> producers = new ArrayList<>();
  private final Faults faults = new Faults(this::meanwhile, () -> crash(true));

  private Tasks owner;
  private Tasks flusher;
  private Tasks timer;
  private Tasks readers;
  private Tasks background;
  private Tasks retention;

  private int lives;
  private long clockMicros = 1_000_000;
  private long lastProducer;
  private SimulatedDisk disk;
  private SimulatedDisk nextDisk;
  private PartitionLog log;
  private SimulatedPartition partition;
  private LogCheck onDisk;
  private List<SimulatedReader> subscribers = new ArrayList<>();
  private boolean nested;
  private boolean closing;
  private AssertionError broken;

  /** One past the last offset that was durable, acknowledged, or delivered to a durable reader. */
  private long durable;

  private long acknowledged;
  private long seenDurable;

  /** The first offset that the next process may have lost. */
  private long guaranteed;

  private boolean stored;
  private long start;

  /** The largest offset of a deletion that was asked for, and of one that was confirmed. */
  private long askedStart;

  private long deletedStart;

  PartitionSimulation(long seed, Path directory, Trace trace) {
    this.directory = directory;
    this.random = new Random(seed);
    this.trace = trace;
    for (AckLevel ack : List.of(AckLevel.SYNCED, AckLevel.SYNCED, AckLevel.STORED)) {
      producers.add(new SimulatedProducer(++lastProducer, ack));
    }
  }

  void run() {
    try {
      disk = new SimulatedDisk(nextDirectory(), ID, faults, random);
      open();
      for (int step = 0; step < STEPS; step++) {
        step();
        settle();
      }
      finish();
    } finally {
      if (disk != null) {
        endProcess();
        disk.close();
      }
    }
  }

  private Path nextDirectory() {
    return directory.resolve(Integer.toString(lives++));
  }

  // Steps.

  private void step() {
    int choice = random.nextInt(1000);
    if (choice < 400) {
      send(anyProducer());
    } else if (choice < 840) {
      runSomeTask();
    } else if (choice < 850) {
      deleteEvents();
    } else if (choice < 880) {
      sendAgain(anyProducer());
    } else if (choice < 910) {
      subscribe();
    } else if (choice < 930) {
      partition.retain();
    } else if (choice < 945) {
      crash(true);
    } else if (choice < 955) {
      crash(false);
    } else if (choice < 962) {
      closeInOrder();
    } else if (choice < 977) {
      faults.powerOffAfter(random.nextInt(12));
    } else if (choice < 985) {
      faults.failForceAfter(random.nextInt(4));
    } else {
      faults.full(random.nextInt(3) == 0);
    }
  }

  private SimulatedProducer anyProducer() {
    return producers.get(random.nextInt(producers.size()));
  }

  private boolean runSomeTask() {
    List<Tasks> all = List.of(owner, flusher, timer, background, readers, retention);
    int from = random.nextInt(all.size());
    for (int i = 0; i < all.size(); i++) {
      int which = (from + i) % all.size();
      if (!all.get(which).isEmpty()) {
        trace.add(() -> "run a task of queue " + which);
        try {
          return all.get(which).runOne();
        } catch (Faults.PowerOff off) {
          return true;
        }
      }
    }
    return false;
  }

  /** The work of the partition's owner while the flusher waits for the disk. */
  private void meanwhile() {
    if (!nested && !closing && partition != null && random.nextInt(4) == 0) {
      nested = true;
      try {
        send(anyProducer());
      } catch (AssertionError e) {
        isBroken(e); // thrown through the flusher it would only be one more failed force
      } finally {
        nested = false;
      }
    }
  }

  private void isBroken(AssertionError how) {
    if (broken == null) {
      broken = how;
    }
  }

  /** After each step: starts the next process if this one has ended, and checks the invariants. */
  private void settle() {
    if (broken != null) {
      throw broken;
    }
    if (nextDisk != null) {
      endProcess();
      disk.close();
      disk = nextDisk;
      nextDisk = null;
      open();
    }
    LogOffsets now = log.offsets();
    Invariant.OFFSETS_CONTIGUOUS.require(
        start <= now.start()
            && now.start() <= now.durable()
            && now.durable() <= now.end()
            && now.end() == expected.end()
            && durable <= now.durable()
            && deletedStart <= now.start(),
        () -> now + " after start " + start + ", durable " + durable + ", end " + expected.end());
    Invariant.FAILED_FORCE_POISONS.require(
        !faults.logForceFailed() || now.durable() == durable,
        () -> "after a failed force durable went from " + durable + " to " + now.durable());
    start = now.start();
    durable = now.durable();
    onDisk.requireOnDisk(durable);
  }

  // Lives.

  /** Ends the process, alone or with the machine. */
  private void crash(boolean powerLoss) {
    if (nextDisk != null) {
      return;
    }
    trace.add(() -> powerLoss ? "power failure" : "kill");
    if (log != null) {
      start = Math.max(start, log.offsets().start());
    }
    boolean all = stored && !powerLoss && !faults.logMayHaveFailed();
    stored = all;
    guaranteed = all ? expected.end() : Math.max(durable, acknowledged);
    nextDisk = powerLoss ? disk.afterPowerLoss(nextDirectory()) : disk.afterKill(nextDirectory());
  }

  private void closeInOrder() {
    trace.add(() -> "close");
    closing = true;
    CompletableFuture<Void> closed =
        partition.close(new BrokerException(ErrorCode.SHUTTING_DOWN, "says the simulation"));
    for (int i = 0; !closed.isDone() && nextDisk == null; i++) {
      int steps = i;
      boolean ran = runSomeTask();
      Invariant.OPENS_AFTER_EVERY_CRASH.require(
          ran && steps < MOST_STEPS_TO_QUIET, () -> "closing came to a halt after " + steps);
    }
    if (nextDisk == null) {
      crash(false);
    }
  }

  /** Releases the resources of the process; its files are no longer used. */
  private void endProcess() {
    faults.end();
    producers.forEach(SimulatedProducer::disconnected);
    subscribers.clear();
    if (log != null) {
      try {
        log.close();
      } catch (StorageException leftAsItIs) {
        trace.add(() -> "the old log was left: " + leftAsItIs.getMessage());
      }
    }
    log = null;
    partition = null;
    closing = false;
  }

  private void open() {
    while (partition == null) {
      beginProcess();
      try {
        partition =
            SimulatedPartition.open(
                new SimulatedPartition.Workers(
                    new Inline(owner), flusher, timer::execute, readers, retention),
                () -> Instant.ofEpochSecond(0, ++clockMicros * 1000),
                RETENTION_BYTES,
                CHECKPOINT_BYTES,
                replay -> log = disk.open(MAX_SEGMENT_BYTES, replay, background));
      } catch (Faults.PowerOff off) {
        trace.add(() -> "the power failed while opening");
      } catch (StorageException e) {
        trace.add(() -> "opening failed: " + e.getMessage());
        Invariant.OPENS_AFTER_EVERY_CRASH.require(faults.met(), e::toString);
        faults.heal();
        crash(random.nextBoolean());
      }
      if (partition == null) {
        SimulatedDisk last = disk;
        disk = nextDisk;
        nextDisk = null;
        last.close();
      }
    }
    requireRecovered();
  }

  private void beginProcess() {
    owner = new Tasks();
    flusher = new Tasks();
    timer = new Tasks();
    readers = new Tasks();
    background = new Tasks();
    retention = new Tasks();
    faults.begin();
  }

  /** The test's thread plays every thread; only the owner knows which one it plays now. */
  private record Inline(Tasks tasks) implements PartitionOwner {

    @Override
    public boolean isOwnerThread() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      tasks.execute(task);
    }
  }

  private void requireRecovered() {
    LogOffsets found = log.offsets();
    trace.add(() -> "opened " + found + " of " + expected.end() + ": " + log.recovery());
    Invariant.ACKED_SYNCED_SURVIVES.require(
        found.end() >= acknowledged, () -> "acknowledged " + acknowledged + ", found " + found);
    Invariant.DURABLE_READERS_SAW_WHAT_STAYS.require(
        found.end() >= seenDurable, () -> "seen " + seenDurable + ", found " + found);
    Invariant.NOTHING_DURABLE_CHANGES.require(
        found.end() >= durable, () -> "durable was " + durable + ", found " + found);
    Invariant.STORED_SURVIVES_A_KILL.require(
        found.end() >= guaranteed, () -> "stored " + guaranteed + ", found " + found);
    Invariant.OFFSETS_CONTIGUOUS.require(
        found.durable() == found.end(), () -> "not all are durable: " + found);
    Invariant.DELETED_STAYS_DELETED.require(
        deletedStart <= found.start() && found.start() <= Math.max(start, askedStart),
        () ->
            "%s after a start at %d, deleted below %d, to be deleted below %d"
                .formatted(found, start, deletedStart, askedStart));
    LogCheck.requirePrefix(log, expected);
    var losers = expected.cutAt(found.end());
    for (SimulatedProducer producer : producers) {
      producer.lost(losers);
      producer.forget(sent -> isDropped(sent, found.start()));
    }
    start = found.start();
    durable = found.durable();
    stored = true;
    onDisk = new LogCheck(expected, disk, found.start());
    onDisk.requireOnDisk(durable);
  }

  private boolean isDropped(Sent sent, long start) {
    ExpectedLog.Batch batch = expected.find(sent.producer, sent.sequence);
    return batch != null && batch.offset() < start;
  }

  // Deletions.

  /** Deletes some of the oldest events, seldom all. */
  private void deleteEvents() {
    LogOffsets now = log.offsets();
    double share = random.nextInt(4) == 0 ? 1 : random.nextDouble() / 2;
    long offset = now.start() + (long) (share * (now.durable() - now.start()));
    trace.add(() -> "delete before " + offset + " of " + now);
    askedStart = Math.max(askedStart, offset);
    SimulatedPartition of = partition;
    of.partition()
        .deleteBefore(offset)
        .whenComplete(
            (start, failure) -> {
              if (partition == of && nextDisk == null) {
                deleted(offset, start, failure);
              }
            });
  }

  private void deleted(long offset, Long newStart, Throwable failure) {
    trace.add(() -> "deletion before " + offset + ": " + (failure == null ? newStart : failure));
    if (failure == null) {
      deletedStart = Math.max(deletedStart, offset);
    } else if (!(failure instanceof BrokerException refused
        && (refused.code() == ErrorCode.STORAGE_FAILED
            || (refused.code() == ErrorCode.SHUTTING_DOWN && closing)))) {
      isBroken(Invariant.DELETED_STAYS_DELETED.broken("a deletion failed with " + failure));
    }
  }

  // Producers and readers.

  private void send(SimulatedProducer producer) {
    if (closing || nextDisk != null) {
      return;
    }
    Sent next = producer.nextToSend();
    if (next == null && producer.mayMakeAnother()) {
      next = make(producer);
      producer.made(next);
    }
    if (next != null) {
      next.inFlight = true;
      append(producer, next);
    }
  }

  private void sendAgain(SimulatedProducer producer) {
    for (Sent sent : producer.recentlyAnswered()) {
      ExpectedLog.Batch batch = expected.find(sent.producer, sent.sequence);
      if (batch != null && batch.offset() >= start && random.nextInt(3) == 0) {
        append(producer, sent);
      }
    }
  }

  private Sent make(SimulatedProducer producer) {
    int events = 1 + random.nextInt(3);
    int most = random.nextInt(10) == 0 ? 30_000 : 3_000;
    builder.reset();
    for (int i = 0; i < events; i++) {
      builder.add(new byte[] {'s'}, clockMicros, null, value(most), List.of());
    }
    ByteBuffer batch = builder.finish(producer.id(), (short) 0, producer.nextSequence());
    byte[] bytes = new byte[batch.remaining()];
    batch.get(bytes);
    return new Sent(producer.id(), producer.nextSequence(), events, bytes);
  }

  /**
   * Random bytes. Some hold a copy of a batch of this log, or forged batches of a much greater
   * offset: after a power failure, the header of the outer batch may be lost.
   */
  private byte[] value(int most) {
    int kind = random.nextInt(8);
    if (kind == 0 && expected.end() > 0) {
      ExpectedLog.Batch copied = expected.at(random.nextLong(expected.end()));
      if (copied != null) {
        return copied.bytes();
      }
    }
    byte[] value = new byte[random.nextInt(most)];
    random.nextBytes(value);
    if (kind == 1) {
      byte[] forged = forged();
      for (int at = 0; at + forged.length <= value.length; at += forged.length) {
        System.arraycopy(forged, 0, value, at, forged.length);
      }
    }
    return value;
  }

  /** A batch with valid checksums that says that all events before it were durable. */
  private byte[] forged() {
    BatchBuilder forger = new BatchBuilder(1000, BatchCodec.NONE);
    forger.add(new byte[] {'f'}, clockMicros, null, new byte[random.nextInt(300)], List.of());
    ByteBuffer batch = forger.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
    int epoch = random.nextBoolean() ? Integer.MAX_VALUE : log.epoch();
    BatchHeader.stamp(batch, 0, FORGED_OFFSET, clockMicros, FORGED_OFFSET, epoch);
    byte[] bytes = new byte[batch.remaining()];
    batch.get(bytes);
    return bytes;
  }

  private void append(SimulatedProducer producer, Sent sent) {
    ByteBuffer batch = ByteBuffer.wrap(sent.bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    long before = log.offsets().end();
    Attempt attempt = new Attempt(producer, sent);
    partition.partition().append(batch, ProducerSecret.NONE, producer.ack(), attempt);
    if (nextDisk != null) {
      return; // the power went off in it
    }
    long after = log.offsets().end();
    trace.add(
        () ->
            "producer %d sends %d, %d events, %d bytes: end %d to %d, durable %d %s"
                .formatted(
                    sent.producer,
                    sent.sequence,
                    sent.events,
                    sent.bytes.length,
                    before,
                    after,
                    log.offsets().durable(),
                    attempt.refusal == null ? "" : attempt.refusal.code()));
    if (after > before) {
      expected.add(
          new ExpectedLog.Batch(before, after, sent.producer, sent.sequence, batch.array()));
      Invariant.FAILED_FORCE_POISONS.require(
          !faults.logForceFailed(), () -> "appended " + before + " after a failed force");
    }
    attempt.appended = true;
    attempt.answers.forEach(Runnable::run);
  }

  /** The answer to one batch that was sent once. */
  private final class Attempt implements AppendCallback {

    private final SimulatedProducer producer;
    private final Sent sent;
    private final Deque<Runnable> answers = new ArrayDeque<>();
    private BrokerException refusal;
    private boolean appended;
    private boolean answered;

    Attempt(SimulatedProducer producer, Sent sent) {
      this.producer = producer;
      this.sent = sent;
    }

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      check(() -> acknowledged(baseOffset));
    }

    private void acknowledged(long baseOffset) {
      if (producer.ack() == AckLevel.SYNCED) {
        Invariant.DURABLE_NEVER_AHEAD_OF_FORCE.require(
            baseOffset + sent.events <= log.offsets().durable(),
            () -> "acknowledged " + baseOffset + " as synced with " + log.offsets());
      }
      answer(() -> receipt(baseOffset));
    }

    @Override
    public void refused(BrokerException cause) {
      refusal = cause;
      check(() -> answer(() -> refusal(cause)));
    }

    /** A broken invariant is kept here, because the partition catches the exception. */
    private void check(Runnable answer) {
      if (nextDisk != null) {
        return; // the process is gone
      }
      try {
        answer.run();
      } catch (AssertionError e) {
        isBroken(e);
        throw e;
      }
    }

    /** An answer that comes at once is checked later, when the stored batches are known. */
    private void answer(Runnable answer) {
      Invariant.RECEIPTS_ARE_TRUE.require(
          !answered, () -> "sequence " + sent.sequence + " was answered twice");
      answered = true;
      if (appended) {
        answer.run();
      } else {
        answers.add(answer);
      }
    }

    private void receipt(long baseOffset) {
      ExpectedLog.Batch batch = expected.find(sent.producer, sent.sequence);
      Invariant.RECEIPTS_ARE_TRUE.require(
          batch != null && batch.offset() == baseOffset,
          () ->
              "producer %d was told that sequence %d is at %d; it is at %s"
                  .formatted(
                      sent.producer,
                      sent.sequence,
                      baseOffset,
                      batch == null ? "none" : Long.toString(batch.offset())));
      if (producer.ack() == AckLevel.SYNCED) {
        acknowledged = Math.max(acknowledged, batch.nextOffset());
      }
      producer.answered(sent);
    }

    private void refusal(BrokerException cause) {
      sent.inFlight = false;
      switch (cause.code()) {
        case DISK_FULL ->
            Invariant.FULL_DISK_HURTS_NOTHING.require(
                faults.isFull() && partition.partition().failure() == null,
                () -> "refused with " + cause.getMessage());
        case STORAGE_FAILED ->
            Invariant.FULL_DISK_HURTS_NOTHING.require(
                faults.logMayHaveFailed(), () -> "refused with " + cause.getMessage());
        case OUT_OF_ORDER_SEQUENCE -> {
          Invariant.PRODUCERS_GO_ON.require(
              producer.ack() != AckLevel.SYNCED && producer.hasLost(), cause::getMessage);
          producer.beginAnew(++lastProducer);
        }
        case SHUTTING_DOWN ->
            Invariant.PRODUCERS_GO_ON.require(closing, () -> "refused with " + cause.getMessage());
        default -> throw new AssertionError("refused with " + cause.getMessage(), cause);
      }
    }
  }

  private void subscribe() {
    IsolationLevel isolation =
        random.nextBoolean() ? IsolationLevel.DURABLE : IsolationLevel.LATEST;
    LogOffsets now = log.offsets();
    long visible = isolation == IsolationLevel.DURABLE ? now.durable() : now.end();
    long from = now.start() + (long) (random.nextDouble() * (visible - now.start() + 1));
    long first = expected.batchStart(from);
    SimulatedReader reader =
        new SimulatedReader(
            expected, isolation, () -> log.offsets().durable(), first, this::seen, this::isBroken);
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Offset(from), isolation, CREDIT_BYTES, List.of());
    Partition.Subscribed subscribed = partition.partition().subscribe(spec, reader);
    subscribers.add(reader);
    reader.subscribed(subscribed.subscription());
  }

  private void seen(long nextOffset) {
    seenDurable = Math.max(seenDurable, nextOffset);
  }

  // The end.

  /** The disk works again: every append gets an answer, and a last power failure loses nothing. */
  private void finish() {
    faults.heal();
    crash(false);
    settle();
    for (int i = 0; hasWork(); i++) {
      int steps = i;
      Invariant.PRODUCERS_GO_ON.require(
          steps < MOST_STEPS_TO_QUIET, () -> "not everybody was answered after " + steps);
      producers.stream().filter(SimulatedProducer::hasUnanswered).forEach(this::send);
      runSomeTask();
      settle();
    }
    for (SimulatedReader reader : subscribers) {
      Invariant.READERS_SEE_THE_LOG.require(
          reader.hasEnded() || reader.position() == expected.end(),
          () -> "a reader stands at " + reader.position() + " of " + expected.end());
    }
    crash(true);
    settle();
  }

  private boolean hasWork() {
    return producers.stream().anyMatch(SimulatedProducer::hasUnanswered)
        || !(owner.isEmpty()
            && flusher.isEmpty()
            && timer.isEmpty()
            && background.isEmpty()
            && readers.isEmpty()
            && retention.isEmpty());
  }
}
