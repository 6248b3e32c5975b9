package io.millrace.core;

import io.millrace.group.queue.QueueCandidate;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the events of batches, with the hashes of their keys, for a queue. One thread runs it; the
 * owner of the shard asks for the result after that.
 */
final class FeedDecoding {

  /** The hash of an event without a key. */
  private static final long NO_KEY = 0;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Partition partition;
  private final List<FeedReading.Delivery> deliveries;
  private final long from;
  private final int maxEvents;
  private final QueueScratches scratches;
  private final List<QueueCandidate> candidates = new ArrayList<>();
  private long to;
  private boolean complete;
  private Throwable failure;

  /**
   * @param deliveries takes ownership; at least one
   * @param from the first offset that is wanted
   * @param maxEvents most events that are wanted
   */
  FeedDecoding(
      Partition partition,
      List<FeedReading.Delivery> deliveries,
      long from,
      int maxEvents,
      QueueScratches scratches) {
    this.partition = partition;
    this.deliveries = deliveries;
    this.from = from;
    this.maxEvents = maxEvents;
    this.scratches = scratches;
    this.to = from;
  }

  /** Decodes, and gives the memory of the batches back. */
  void run() {
    FilterScratch scratch = scratches.take();
    try {
      complete = decodeAll(scratch.records);
    } catch (RuntimeException | Error e) {
      failure = ReaderPool.explained(e);
      candidates.removeIf(candidate -> candidate.offset() >= to); // of the batch that failed
    } finally {
      scratches.give(scratch);
      close();
    }
  }

  void close() {
    deliveries.forEach(FeedReading.Delivery::close);
  }

  List<QueueCandidate> candidates() {
    return candidates;
  }

  /** The offset up to which there are no other events. */
  long to() {
    return to;
  }

  /** Whether all deliveries were decoded to their end. */
  boolean isComplete() {
    return complete;
  }

  /** Why the batch at {@link #to} was not decoded, or null. */
  Throwable failure() {
    return failure;
  }

  private boolean decodeAll(BatchReader reader) {
    StoredRecords records = partition.records(reader);
    for (FeedReading.Delivery delivery : deliveries) {
      for (ByteBuffer run : delivery.batches()) {
        for (int at = run.position(); at < run.limit(); at += BatchHeader.length(run, at)) {
          if (!decode(run, at, records, reader)) {
            return false;
          }
        }
      }
      to = Math.max(to, delivery.nextOffset());
    }
    return true;
  }

  private boolean decode(ByteBuffer run, int at, StoredRecords records, BatchReader reader) {
    records.open(run, at);
    while (records.next()) {
      if (records.offset() < from) {
        continue;
      }
      if (candidates.size() == maxEvents) {
        to = records.offset();
        return false;
      }
      candidates.add(new QueueCandidate(records.offset(), keyHash(reader), reader.eventBytes()));
    }
    to = Math.max(to, BatchHeader.nextOffset(run, at));
    return true;
  }

  /** FNV-1a of the key. Keys that share a hash only wait for each other. */
  private static long keyHash(BatchReader reader) {
    int length = reader.keyLength();
    if (length < 0) {
      return NO_KEY;
    }
    ByteBuffer bytes = reader.bytes();
    int at = reader.keyAt();
    long hash = FNV_OFFSET;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ (bytes.get(at + i) & 0xff)) * FNV_PRIME;
    }
    return hash == NO_KEY ? FNV_PRIME : hash;
  }
}
