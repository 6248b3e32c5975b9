package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.PartitionLog;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The state that a partition derives from the batches of its log: the newest append time, and a
 * list of parts. It is saved with checkpoints, and rebuilt when the log is opened. Used by one
 * thread at a time: those that open the log, then the owner.
 *
 * <p>The storage replays the headers of the batches after the checkpoint while it opens the log.
 * The headers fill most parts. A part that needs whole batches then reads them itself, from the
 * checkpoint on. A part can be absent from the checkpoint, because an older build wrote the
 * checkpoint. Such a part reads the log from its start.
 */
final class DerivedState implements LogReplay {

  private final ProducerTable producers;
  private final PartitionState[] parts;

  /** The parts that the replay of headers fills. */
  private PartitionState[] filledByHeaders;

  /** The parts that the checkpoint holds. */
  private final Set<PartitionState> restored = new HashSet<>();

  private long checkpointOffset;
  private long newestAppendTimeMicros;
  private long replayedBytes;
  private boolean begun;

  /**
   * @param more the parts other than the producers
   */
  DerivedState(ProducerTable producers, PartitionState... more) {
    this.producers = producers;
    List<PartitionState> all = new ArrayList<>(List.of(more));
    all.add(0, producers);
    this.parts = all.toArray(PartitionState[]::new);
    this.filledByHeaders = needingHeaders(all);
  }

  private static PartitionState[] needingHeaders(Iterable<PartitionState> parts) {
    List<PartitionState> some = new ArrayList<>();
    for (PartitionState part : parts) {
      if (part.needs() == PartitionState.Needs.HEADERS) {
        some.add(part);
      }
    }
    return some.toArray(PartitionState[]::new);
  }

  ProducerTable producers() {
    return producers;
  }

  /** Gives memory back. The state is not used after that; a second call does nothing. */
  void close() {
    producers.close();
  }

  long newestAppendTimeMicros() {
    return newestAppendTimeMicros;
  }

  /** Bytes of the batches that the last checkpoint did not cover when the log was opened. */
  long replayedBytes() {
    return replayedBytes;
  }

  /** Applies a stored batch to every part. */
  void add(ByteBuffer batch, int at) {
    apply(parts, batch, at);
  }

  private void apply(PartitionState[] to, ByteBuffer batch, int at) {
    for (PartitionState part : to) {
      part.apply(batch, at);
    }
    newestAppendTimeMicros = BatchHeader.appendTime(batch, at);
  }

  @Override
  public void restore(byte[] checkpointState) {
    CheckpointCodec.Decoded checkpoint = CheckpointCodec.decode(checkpointState, List.of(parts));
    for (PartitionState part : parts) {
      ByteBuffer section = checkpoint.sections().get(part.sectionId());
      if (section != null) {
        restore(part, section);
        restored.add(part);
      }
    }
    checkpointOffset = checkpoint.offset();
    newestAppendTimeMicros = checkpoint.newestAppendTimeMicros();
    filledByHeaders = needingHeaders(restored);
    begun = true;
  }

  private static void restore(PartitionState part, ByteBuffer section) {
    try {
      part.restore(section);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw CheckpointCodec.corrupt("section " + part.sectionId() + " cannot be read");
    }
    if (section.hasRemaining()) {
      throw CheckpointCodec.corrupt(
          "section " + part.sectionId() + " has " + section.remaining() + " bytes too many");
    }
  }

  @Override
  public void replay(ByteBuffer header) {
    int at = header.position();
    begin(BatchHeader.baseOffset(header, at));
    replayedBytes += BatchHeader.length(header, at);
    apply(filledByHeaders, header, at);
  }

  private void begin(long startOffset) {
    if (!begun && startOffset > 0) {
      for (PartitionState part : filledByHeaders) {
        part.earlierBatchesAreGone();
      }
    }
    begun = true;
  }

  /**
   * Fills the parts that the replay of headers does not fill. Called when the storage has opened
   * the log.
   *
   * @param blocking runs the reads of the log, which wait for the disk; not used if the replay has
   *     filled every part
   * @return completes when all parts are filled; fails with {@link
   *     io.millrace.storage.StorageException} if the log cannot be read
   */
  CompletionStage<Void> opened(PartitionLog log, Executor blocking) {
    long start = log.offsets().start();
    begin(start);
    List<StateReplay.Unread> unread = new ArrayList<>();
    Set<PartitionState> filled = Set.of(filledByHeaders);
    for (PartitionState part : parts) {
      if (!filled.contains(part)) {
        unread.add(new StateReplay.Unread(part, beginOf(part, start)));
      }
    }
    return unread.isEmpty()
        ? CompletableFuture.completedStage(null)
        : CompletableFuture.runAsync(
            () -> replayedBytes += new StateReplay(log, unread).run(), blocking);
  }

  /** The offset of the first event that a part has not seen and can see. */
  private long beginOf(PartitionState part, long start) {
    if (restored.contains(part)) {
      return Math.max(checkpointOffset, start); // deleted events cannot be read
    }
    if (start > 0) {
      part.earlierBatchesAreGone();
    }
    return start;
  }

  /**
   * The state as {@link #restore} reads it.
   *
   * @param offset one past the last offset of the batches that were added
   */
  byte[] encode(long offset) {
    return CheckpointCodec.encode(offset, newestAppendTimeMicros, parts);
  }
}
