package io.millrace.core;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The broker's control threads, one for each kind of request, so that a topic is looked up while
 * another is being deleted. Any thread.
 *
 * @param topicChanges the thread for changes of topics and of their named producers; may wait long
 *     for the disk
 * @param topicLookups the thread for reports about topics; waits for nothing
 * @param idReservations the thread that reserves blocks of producer ids on disk
 */
record ControlThreads(
    ControlThread topicChanges, ControlThread topicLookups, ControlThread idReservations) {

  private static final int END_SECONDS = 10;

  /** Threads that start with their first request. */
  ControlThreads() {
    this(
        new ControlThread("millrace-topic-changes"),
        new ControlThread("millrace-topic-lookups"),
        new ControlThread("millrace-producer-ids"));
  }

  /** Refuses new requests; those that wait are still served. Does not wait. */
  void stop() {
    all().forEach(ControlThread::stop);
  }

  /** Waits, after {@link #stop}, until every request is served, but not longer than a limit. */
  void awaitEnd() {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    all().forEach(thread -> thread.awaitEnd(deadlineNanos));
  }

  private List<ControlThread> all() {
    return List.of(topicChanges, topicLookups, idReservations);
  }
}
