package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.EventHandler;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupPartition;
import io.millrace.client.MillraceException;
import io.millrace.client.ProcessOptions;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.ReconnectingLink;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group to which the broker pushes batches. {@link MemberPartitions} works on the
 * event loop, {@link GroupPoller} on the thread that polls or processes.
 */
final class MemberConsumer implements GroupConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(MemberConsumer.class);

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final GroupSettings settings;
  private final DeliveryQueue queue = new DeliveryQueue();
  private final ApplicationProgress progress = new ApplicationProgress();
  private final MemberPartitions partitions;
  private final GroupPoller poller;
  private final SingleUser user;
  private final Consumer<MemberConsumer> onClose;

  /** Positions after the events that the last poll has returned. The consumer's thread. */
  private final Map<OwnedPartition, Long> handedOut = new HashMap<>();

  private volatile boolean closing;
  private volatile EventProcessing processing;

  /** Gives up at once: between two polls, no event is in progress. */
  private final GroupPoller.Holder holder =
      new GroupPoller.Holder() {
        @Override
        public void revoking(List<OwnedPartition> moving) {
          poller.giveUp(moving);
        }

        @Override
        public void lost(List<OwnedPartition> gone) {
          // Their events are not in progress.
        }
      };

  MemberConsumer(Consumers consumers, GroupSettings settings, Consumer<MemberConsumer> onClose) {
    this.link = consumers.link();
    this.calls = consumers.calls();
    this.settings = settings;
    this.onClose = onClose;
    this.user = new SingleUser("consumer of group " + settings.group(), this::release);
    this.partitions =
        new MemberPartitions(
            link, settings, queue, consumers.backoff(), consumers.random(), progress);
    this.poller = new GroupPoller(partitions, queue, settings.listener());
  }

  /** Joins the group. Blocks until the broker has answered. */
  void open() {
    calls.await(partitions.open());
  }

  @Override
  public List<ConsumedEvent> poll(Duration timeout) {
    user.enter();
    try {
      requireOpen();
      finishHandedOut();
      long deadlineNanos = System.nanoTime() + DurationNanos.capped(timeout);
      PollResult result =
          new PollResult(settings.reading().limits().maxPollEvents(), settings.creditBytes());
      poller.beginTake();
      do {
        requireOpen();
        poller.applyChanges(holder);
        poller.fill(result, deadlineNanos);
        if (result.isEmpty()) {
          finishUnwanted();
        }
      } while (result.isEmpty() && poller.await(deadlineNanos));
      requireOpen(); // a listener or another thread may have closed it: others have the events
      handOut(result);
      return result.events();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("events of group " + group(), e);
    } finally {
      user.leave();
    }
  }

  @Override
  public void commit() {
    if (user.isCaller()) {
      calls.await(partitions.commit(Set.of())); // called by the listener
      return;
    }
    user.enter();
    try {
      requireOpen();
      Set<OwnedPartition> finished = Set.copyOf(handedOut.keySet());
      finishHandedOut();
      calls.await(partitions.commit(finished));
    } finally {
      user.leave();
    }
  }

  @Override
  public void commit(ConsumedEvent upTo) {
    user.enter();
    try {
      requireOpen();
      OwnedPartition partition = handedOutOf(upTo);
      partition.finished(upTo.offset() + 1);
      calls.await(partitions.commit(Set.of(partition)));
    } finally {
      user.leave();
    }
  }

  private OwnedPartition handedOutOf(ConsumedEvent event) {
    for (Map.Entry<OwnedPartition, Long> each : handedOut.entrySet()) {
      GroupPartition name = each.getKey().name();
      if (name.partition() == event.partition()
          && name.topic().equals(event.topic())
          && event.offset() < each.getValue()) {
        return each.getKey();
      }
    }
    throw new IllegalArgumentException(event + " is not an event of the last poll");
  }

  @Override
  public void process(EventHandler handler, ProcessOptions options) {
    user.enter();
    try {
      requireOpen();
      finishHandedOut();
      EventProcessing run =
          new EventProcessing(settings, handler, options, poller, queue, progress);
      processing = run;
      if (closing) {
        run.stop();
      }
      run(run);
    } finally {
      user.leave();
    }
  }

  @Override
  public String group() {
    return settings.group();
  }

  @Override
  public String memberId() {
    return partitions.member().member();
  }

  @Override
  public SortedSet<GroupPartition> partitions() {
    user.enter();
    try {
      return GroupPoller.names(poller.owned());
    } finally {
      user.leave();
    }
  }

  @Override
  public Map<GroupPartition, Long> positions() {
    user.enter();
    try {
      Map<GroupPartition, Long> positions = new TreeMap<>();
      for (OwnedPartition each : poller.owned()) {
        PartitionCursor cursor = each.cursor();
        if (cursor != null) {
          positions.put(each.name(), cursor.position());
        }
      }
      return positions;
    } finally {
      user.leave();
    }
  }

  @Override
  public void wakeup() {
    EventProcessing run = processing;
    if (run != null) {
      run.stop();
    } else {
      queue.wakeUp();
    }
  }

  @Override
  public void close() {
    EventProcessing run = processing;
    if (run != null) {
      run.threads().requireNoHandler();
    }
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    run = processing;
    if (run != null) {
      run.stop();
      if (user.isCaller()) {
        run.drainAll(); // the caller is a listener
      } else {
        run.threads().awaitEnd();
      }
    }
    try {
      revokeAll();
    } finally {
      queue.nudge();
      leaveGroup();
      queue.close();
      user.close();
      onClose.accept(this);
    }
  }

  /** Runs a handler, and commits what is finished, also after a failure. */
  private void run(EventProcessing run) {
    try {
      run.run();
    } catch (RuntimeException | Error e) {
      commitAfter(e);
      throw e;
    } finally {
      processing = null;
      progress.handedOut(0);
      if (!closing) {
        poller.takeAgain(run.unfinished());
      }
      run.threads().ended();
    }
    calls.await(partitions.commit(Set.of()));
  }

  private void commitAfter(Throwable failure) {
    try {
      calls.await(partitions.commit(Set.of()));
    } catch (MillraceException e) {
      failure.addSuppressed(e);
    }
  }

  private void revokeAll() {
    if (settings.listener() == null || !user.tryEnter()) {
      return;
    }
    try {
      List<OwnedPartition> owned = poller.owned();
      if (!owned.isEmpty()) {
        settings.listener().revoked(GroupPoller.names(owned));
      }
    } finally {
      user.leave();
    }
  }

  private void leaveGroup() {
    try {
      CompletableFuture<Void> left = partitions.close();
      calls.awaitIfConnected(left);
    } catch (MillraceException e) {
      LOG.warn(
          "event=group_close_failed group={} member={} cause={}",
          group(),
          memberId(),
          e.toString());
    }
  }

  private void finishHandedOut() {
    handedOut.forEach(OwnedPartition::finished);
    handedOut.clear();
    progress.handedOut(0);
  }

  /** Events that the sources leave out need no program to finish them. */
  private void finishUnwanted() {
    for (OwnedPartition each : poller.touched()) {
      each.finished(each.cursor().position());
    }
  }

  private void handOut(PollResult result) {
    for (OwnedPartition each : poller.touched()) {
      handedOut.put(each, each.cursor().position());
    }
    progress.handedOut(result.events().size());
  }

  private void requireOpen() {
    if (closing) {
      throw ClientFailures.closed("consumer of group " + group(), poller.earlierFailure());
    }
  }

  /** Releases the open delivery. */
  private void release() {
    poller.close();
  }

  /** How far the application is. Thread-safe. */
  static final class ApplicationProgress implements MemberPartitions.Progress {

    private volatile long sinceNanos = System.nanoTime();
    private volatile long handedOut;

    /** The application has taken or finished events. */
    void handedOut(long events) {
      handedOut = events;
      sinceNanos = System.nanoTime();
    }

    @Override
    public long sinceMicros() {
      return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sinceNanos);
    }

    @Override
    public long handedOut() {
      return handedOut;
    }
  }
}
