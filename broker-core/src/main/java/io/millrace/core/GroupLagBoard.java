package io.millrace.core;

import io.millrace.group.Reply;
import io.millrace.protocol.LagReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lags of all groups, for lists and metrics. They are found one group after the other when
 * somebody asks and they are older than {@value #MAX_AGE_SECONDS} s; nobody asks, no work. Any
 * thread.
 */
final class GroupLagBoard {

  /** Groups whose lags one refresh finds. With more groups, the next refresh continues. */
  static final int GROUPS_PER_REFRESH = 1_000;

  private static final long MAX_AGE_SECONDS = 5;
  private static final Logger LOG = LoggerFactory.getLogger(GroupLagBoard.class);

  private final Supplier<CompletableFuture<Reply.Groups>> list;
  private final Function<String, CompletableFuture<GroupDescription>> describe;

  private final Map<String, List<GroupLag>> lags = new ConcurrentHashMap<>();
  private CompletableFuture<Void> running; // guarded by this; null: none
  private long refreshedNanos; // guarded by this
  private boolean refreshed; // guarded by this
  private String last = ""; // guarded by this

  GroupLagBoard(
      Supplier<CompletableFuture<Reply.Groups>> list,
      Function<String, CompletableFuture<GroupDescription>> describe) {
    this.list = list;
    this.describe = describe;
  }

  /** The newest lags that are known, by group. */
  Map<String, List<GroupLag>> now() {
    return Map.copyOf(lags);
  }

  /** The sum of a group's lags, or empty if they are not known yet. */
  Optional<GroupLagSum> sumOf(String group) {
    return Optional.ofNullable(lags.get(group)).map(GroupLagBoard::sum);
  }

  private static GroupLagSum sum(List<GroupLag> lags) {
    long events = 0;
    long micros = 0;
    LagReason reason = LagReason.OK;
    long most = -1;
    long locked = 0;
    long waiting = 0;
    for (GroupLag lag : lags) {
      events += lag.events();
      micros = Math.max(micros, lag.micros());
      locked += lag.queue().map(Reply.QueuePartitionView::locked).orElse(0);
      waiting += lag.queue().map(queue -> queue.waiting() + queue.dying()).orElse(0);
      if (lag.events() > most && lag.reason() != LagReason.OK) {
        most = lag.events();
        reason = lag.reason();
      }
    }
    return new GroupLagSum(events, micros, reason, locked, waiting);
  }

  /** Finds the lags again unless they are new; completes when that is done, never fails. */
  synchronized CompletableFuture<Void> refresh() {
    if (running != null) {
      return running;
    }
    long age = System.nanoTime() - refreshedNanos;
    if (refreshed && age < TimeUnit.SECONDS.toNanos(MAX_AGE_SECONDS)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    running = done;
    list.get()
        .whenComplete(
            (groups, failure) -> {
              if (failure != null) {
                LOG.debug("event=lags_unknown", failure); // the groups say why themselves
                finish(done);
              } else {
                begin(groups.groups(), done);
              }
            });
    return done;
  }

  private void begin(List<Reply.Summary> groups, CompletableFuture<Void> done) {
    List<String> names = groups.stream().map(Reply.Summary::group).toList();
    lags.keySet().retainAll(new HashSet<>(names));
    next(turn(names).iterator(), done);
  }

  /** The groups of this refresh: those after the last one of the refresh before. */
  private synchronized List<String> turn(List<String> names) {
    List<String> turn = new ArrayList<>();
    names.stream().filter(name -> name.compareTo(last) > 0).forEach(turn::add);
    names.stream().filter(name -> name.compareTo(last) <= 0).forEach(turn::add);
    List<String> cut = turn.subList(0, Math.min(turn.size(), GROUPS_PER_REFRESH));
    last = names.size() <= GROUPS_PER_REFRESH ? "" : cut.get(cut.size() - 1);
    return cut;
  }

  private void next(Iterator<String> groups, CompletableFuture<Void> done) {
    if (!groups.hasNext()) {
      finish(done);
      return;
    }
    String group = groups.next();
    describe
        .apply(group)
        .whenComplete(
            (description, failure) -> {
              if (failure == null) {
                lags.put(group, description.lags());
              }
              next(groups, done);
            });
  }

  private void finish(CompletableFuture<Void> done) {
    synchronized (this) {
      running = null;
      refreshed = true;
      refreshedNanos = System.nanoTime();
    }
    done.complete(null);
  }
}
