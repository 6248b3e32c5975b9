package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log that a partition serves now, and the classes that work on it. If it is not open, an
 * {@link UnavailableLog} stands for it and refuses every use with the reason; subscriptions are
 * suspended meanwhile. Owner thread, unless a method says otherwise.
 */
final class ServedLog {

  private static final Logger LOG = LoggerFactory.getLogger(ServedLog.class);

  private final LastingParts lasting;
  private final OpeningPartsFactory logs;
  private Consumer<BrokerException> fencing;

  /** The settings of the topic. */
  private TopicSettings settings;

  private OpeningParts open;

  /** The same as {@link #open}, for other threads. Appends read the plain field. */
  private volatile OpeningParts published;

  private boolean ended;

  ServedLog(LastingParts lasting, OpeningPartsFactory logs, TopicSettings settings) {
    this.lasting = lasting;
    this.logs = logs;
    this.settings = settings;
  }

  /** Sets the receiver of the failure when the log is fenced. One call, before any log. */
  void whenFenced(Consumer<BrokerException> receiver) {
    fencing = receiver;
  }

  /**
   * Serves the first opening of the log. Call before any other thread knows the partition.
   *
   * @param first opened with the settings that this class was built with
   */
  void serveFirst(RestoredLog first) {
    serve(build(first), first.events());
  }

  /** The classes that work on the log now. Owner thread. */
  OpeningParts owned() {
    return open;
  }

  /** As {@link #owned}. Any thread; the log may be replaced at once. */
  OpeningParts now() {
    return published;
  }

  /**
   * Applies changed settings of the topic on the owner's thread. So changes keep their order, and
   * no change is lost while the log is opened. Any thread; does not wait.
   */
  void alter(TopicSettings changed) {
    lasting.tellOwner(() -> take(changed));
  }

  private void take(TopicSettings changed) {
    if (ended) {
      return;
    }
    settings = changed;
    open.retention().alter(changed);
    alter(open.log());
  }

  /**
   * Passes the settings of the topic to a log. The engine has checked them before; a log that
   * refuses them keeps those it has.
   */
  void alter(PartitionLog log) {
    try {
      log.alter(settings.logSettings());
    } catch (StorageException e) {
      LOG.error("event=topic_settings_refused partition={}", log.id(), e);
    }
  }

  /** The settings of the topic now. */
  TopicSettings settings() {
    return settings;
  }

  /** The classes that will work on a log. */
  OpeningParts build(RestoredLog opened) {
    return logs.build(lasting, this, opened, settings);
  }

  /** Serves a log from now on: its subscriptions continue at their cursors. */
  void serve(OpeningParts next, BufferedLogEvents events) {
    publish(next);
    events.passTo(next.durability(), next.durability().durable());
    lasting.subscriptions().continueOn(next.reads());
  }

  /** Refuses every use from now on, and suspends the subscriptions. */
  void refuse(UnavailableLog log) {
    OpeningParts next = logs.unavailable(lasting, this, log, settings);
    publish(next);
    lasting.subscriptions().suspend(next.reads());
  }

  private void publish(OpeningParts next) {
    open = next;
    published = next;
  }

  /**
   * A log has failed. Owner thread.
   *
   * @param appends the appends of the opening that has failed
   */
  void failed(AppendQueue appends, BrokerException cause) {
    appends.fail(cause);
    boolean fenced = appends.failure().code() == ErrorCode.FENCED; // the first failure decides
    if (appends == open.appends() && !ended && fenced) {
      fencing.accept(cause);
    }
  }

  /** Refuses every use with the reason: the partition ends, and serves no other log. */
  void end(BrokerException cause) {
    ended = true;
    open.reads().end(cause);
    open.appends().end(cause);
    lasting.subscriptions().endAll(cause);
  }

  /** Whether {@link #end} was called. */
  boolean hasEnded() {
    return ended;
  }
}
