package io.millrace.client.internal.consumer;

import io.millrace.client.GroupPartition;
import io.millrace.protocol.wire.TopicPartition;

/**
 * A partition of a member, from when the member gets it until it gives it up. If the member gets it
 * again, that is another object, so that nothing of the first time counts in the second.
 */
final class OwnedPartition {

  /** No position. */
  static final long NONE = -1;

  private final TopicPartition id;
  private final GroupPartition name;

  private volatile PartitionCursor cursor;
  private volatile long finished = NONE;
  private volatile long start = NONE;
  private volatile boolean gone;

  // The consumer's thread only.
  private boolean givenUp;

  // Event loop only.
  private PartitionSubscription subscription;
  private long committed = NONE;
  private long lastCommitRequest;

  OwnedPartition(TopicPartition id, GroupPartition name) {
    this.id = id;
    this.name = name;
  }

  /** The partition as the protocol names it. */
  TopicPartition id() {
    return id;
  }

  /** The partition as users name it. */
  GroupPartition name() {
    return name;
  }

  /** The read position, which belongs to the consumer's thread; null before the start is known. */
  PartitionCursor cursor() {
    return cursor;
  }

  /** The start is known: events follow. Event loop. */
  void started(PartitionCursor at) {
    start = at.position();
    cursor = at;
  }

  /** The start is not known any more: the partition is subscribed again. Event loop. */
  void restarted() {
    cursor = null;
  }

  /**
   * All events below an offset are finished. Never moves back. At the start, nothing is finished.
   * The consumer's thread, or under the lock of its processing.
   */
  void finished(long offset) {
    if (offset > finished && offset > start) {
      finished = offset;
    }
  }

  /** The position to commit; {@link #NONE} if nothing is finished. Any thread. */
  long finished() {
    return finished;
  }

  /** The member does not own the partition any more. Event loop. */
  void markGone() {
    gone = true;
  }

  /** Whether the member does not own the partition any more. Any thread. */
  boolean isGone() {
    return gone;
  }

  /** Nothing more of the partition is handed out. The consumer's thread. */
  void giveUp() {
    givenUp = true;
  }

  /** Whether the partition is given up; the broker may not know it yet. The consumer's thread. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** The newest subscription; null before the first. Event loop. */
  PartitionSubscription subscription() {
    return subscription;
  }

  void subscription(PartitionSubscription next) {
    subscription = next;
  }

  /** The position that the broker has stored, as far as is known. Event loop. */
  long committed() {
    return committed;
  }

  void committed(long offset) {
    committed = Math.max(committed, offset);
  }

  /** The number of the last request that had the position; 0: none. Event loop. */
  long lastCommitRequest() {
    return lastCommitRequest;
  }

  void lastCommitRequest(long number) {
    lastCommitRequest = number;
  }

  /** Whether there is a position to commit. Event loop. */
  boolean isDirty() {
    return !gone && finished > committed;
  }
}
