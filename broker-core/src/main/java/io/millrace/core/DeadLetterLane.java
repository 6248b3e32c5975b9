package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.PartitionId;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.DyingEvent;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of a queue in one partition. A few events at a time are read and appended, when
 * there is memory for them; the fsyncs of several appends overlap. Owner thread of the shard,
 * unless a method says otherwise.
 */
final class DeadLetterLane {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterLane.class);

  /** Most appends that wait for their fsync. */
  private static final int MAX_APPENDS = 256;

  /** Most events, and bytes, that are read together. */
  private static final int MAX_EVENTS = 64;

  private static final long MAX_BYTES = 256 * 1024;

  private static final long FIRST_RETRY_MS = 500;
  private static final long MAX_RETRY_MS = 30_000;

  private final GroupShard shard;
  private final String group;
  private final PartitionId id;
  private final GroupTopics topics;
  private final QueueResources resources;
  private final Owner owner;

  /** What is reserved for a read: the events that are picked, and their letters. */
  private final long readBytes;

  /** Not read yet, by offset. */
  private final NavigableMap<Long, DyingEvent> waiting = new TreeMap<>();

  /** Read or appended, and not known to be done. */
  private final Set<Long> underWay = new HashSet<>();

  /** Larger than the limits of this run of the broker, by offset. */
  private final NavigableMap<Long, BrokerException> tooLarge = new TreeMap<>();

  private String named = "";
  private boolean reading;
  private boolean delayed;
  private boolean stopped;
  private long retryMs = FIRST_RETRY_MS;
  private String problem = "";

  /** Who has the lane. Called on the owner thread of the shard. */
  interface Owner {

    /** Nothing is left to do. */
    void isEmpty(DeadLetterLane lane);

    /** Calls {@link #next} when there may be memory. */
    void lacksMemory(DeadLetterLane lane);
  }

  DeadLetterLane(
      GroupShard shard,
      String group,
      PartitionId id,
      GroupTopics topics,
      QueueResources resources,
      Owner owner) {
    this.shard = shard;
    this.group = group;
    this.id = id;
    this.topics = topics;
    this.resources = resources;
    this.owner = owner;
    this.readBytes = 2L * (MAX_BYTES + resources.limits().maxEventBytes());
  }

  /**
   * Adds events that are not known yet.
   *
   * @param topic the topic of the settings now; empty: the default
   */
  void add(String topic, List<DyingEvent> dying) {
    named = topic;
    for (DyingEvent event : dying) {
      if (!underWay.contains(event.offset()) && !tooLarge.containsKey(event.offset())) {
        waiting.putIfAbsent(event.offset(), event);
      }
    }
    next();
  }

  /** Why nothing, or not all, is written; empty: all is. */
  String problem() {
    if (!problem.isEmpty() || tooLarge.isEmpty()) {
      return problem;
    }
    return "event "
        + tooLarge.firstKey()
        + (tooLarge.size() == 1 ? "" : " and " + (tooLarge.size() - 1) + " others")
        + ": "
        + tooLarge.firstEntry().getValue().getMessage()
        + "; the broker writes the dead letter when it has started with a higher limit";
  }

  void stop() {
    stopped = true;
  }

  String group() {
    return group;
  }

  PartitionId partition() {
    return id;
  }

  /** Goes on, if it can. */
  void next() {
    if (stopped || reading || delayed || waiting.isEmpty() || underWay.size() >= MAX_APPENDS) {
      return;
    }
    Optional<String> topic = topics.nameOf(id.topicId());
    if (topic.isEmpty()) {
      return; // the topic was deleted, and the lane will be stopped
    }
    reading = true;
    target(new DeadLetterRule(named, false).topicOf(topic.get()))
        .whenComplete(
            (target, failure) ->
                shard.onOwner(
                    () -> {
                      reading = false;
                      if (failure == null) {
                        read(topic.get(), target);
                      } else {
                        begin().forEach(event -> failed(event, StageFailure.cause(failure)));
                      }
                    }));
  }

  /** Reads the next events, if there is memory for them. */
  private void read(String topic, Topic target) {
    Optional<Partition> from = topics.partition(id);
    if (stopped || from.isEmpty() || waiting.isEmpty()) {
      return;
    }
    if (!resources.memory().tryReserveCopies(readBytes)) {
      owner.lacksMemory(this);
      return;
    }
    reading = true;
    List<DyingEvent> events = begin();
    DeadLetter.Origin origin = new DeadLetter.Origin(topic, id.partition(), group);
    long[] offsets = events.stream().mapToLong(DyingEvent::offset).toArray();
    EventPicker.pick(from.get(), offsets, MAX_BYTES, resources)
        .thenApply(picked -> encoded(events, origin, picked.batches(), target))
        .whenComplete(
            (letters, failure) -> {
              resources.memory().releaseCopies(readBytes - bytes(letters));
              shard.onOwner(
                  () -> {
                    reading = false;
                    read(events, letters, failure);
                  });
            });
  }

  /** The next events, which are under way from now on. */
  private List<DyingEvent> begin() {
    List<DyingEvent> events = new ArrayList<>();
    Iterator<DyingEvent> next = waiting.values().iterator();
    while (next.hasNext() && events.size() < MAX_EVENTS) {
      DyingEvent event = next.next();
      next.remove();
      underWay.add(event.offset());
      events.add(event);
    }
    return events;
  }

  /** A batch with one dead letter, and the partition that gets it. */
  private record Letter(DyingEvent event, ByteBuffer batch, Partition target) {

    /** What it takes until it is appended. */
    long bytes() {
      return batch.capacity();
    }
  }

  private static long bytes(List<Letter> letters) {
    return letters == null ? 0 : letters.stream().mapToLong(Letter::bytes).sum();
  }

  /** Any thread. */
  private void free(List<Letter> letters) {
    resources.memory().releaseCopies(bytes(letters));
  }

  /** The letters of the events that were read, which are the first ones. A reader thread. */
  private List<Letter> encoded(
      List<DyingEvent> events, DeadLetter.Origin origin, List<ByteBuffer> picked, Topic target) {
    List<Letter> letters = new ArrayList<>();
    FilterScratch scratch = resources.scratches().take();
    try {
      for (ByteBuffer batch : picked) {
        scratch.records.open(batch, batch.position());
        while (scratch.records.next()) {
          letters.add(
              letter(events.get(letters.size()), origin, DeadLetter.of(scratch.records), target));
        }
      }
    } finally {
      resources.scratches().give(scratch);
    }
    return letters;
  }

  private Letter letter(DyingEvent event, DeadLetter.Origin origin, DeadLetter copy, Topic target) {
    Partition partition = target.partitions().get(copy.partitionOf(target.partitions().size()));
    return new Letter(event, copy.encode(event, origin, resources.limits()), partition);
  }

  /** The topic of the dead letters, which is created if it is missing. */
  private CompletableFuture<Topic> target(String name) {
    Optional<Topic> known = topics.named(name);
    return known.isPresent()
        ? CompletableFuture.completedFuture(known.get())
        : resources.createTopic().apply(name);
  }

  private void read(List<DyingEvent> events, List<Letter> letters, Throwable failure) {
    if (stopped) {
      free(letters);
      return;
    }
    if (failure != null) {
      unread(events, StageFailure.cause(failure));
      return;
    }
    for (DyingEvent unread : events.subList(letters.size(), events.size())) {
      underWay.remove(unread.offset());
      waiting.put(unread.offset(), unread);
    }
    for (int i = 0; i < letters.size(); i++) {
      Letter letter = letters.get(i);
      try {
        letter.target().owner().execute(() -> append(letter));
      } catch (RejectedExecutionException e) {
        LOG.debug("event=owner_ended log={}", letter.target().id(), e);
        free(letters.subList(i, letters.size()));
        return;
      }
    }
    next();
  }

  /** If events are deleted, the first one is: a deletion begins at the start of the log. */
  private void unread(List<DyingEvent> events, Throwable failure) {
    boolean gone =
        failure instanceof BrokerException e && e.code() == ErrorCode.OFFSET_OUT_OF_RANGE;
    if (!gone) {
      events.forEach(event -> failed(event, failure));
      return;
    }
    DyingEvent first = events.get(0);
    for (DyingEvent other : events.subList(1, events.size())) {
      underWay.remove(other.offset());
      waiting.put(other.offset(), other);
    }
    LOG.warn(
        "event=dead_letter_lost group={} partition={}-{} offset={}",
        Quoted.logValue(group),
        id.topicId(),
        id.partition(),
        first.offset());
    written(first);
    next();
  }

  /** Owner thread of the partition of the dead letters. */
  private void append(Letter letter) {
    DyingEvent event = letter.event();
    letter
        .target()
        .appendInternal(
            letter.batch(),
            AckLevel.SYNCED,
            new AppendCallback() {
              @Override
              public void appended(long baseOffset, long appendTimeMicros) {
                free(List.of(letter));
                shard.onOwner(() -> written(event));
              }

              @Override
              public void refused(BrokerException cause) {
                free(List.of(letter));
                shard.onOwner(() -> notAppended(event, cause));
              }
            });
  }

  /** Another try does not help an event that is too large. It does not hold up the others. */
  private void notAppended(DyingEvent event, BrokerException cause) {
    if (cause.code() != ErrorCode.EVENT_TOO_LARGE && cause.code() != ErrorCode.BATCH_TOO_LARGE) {
      failed(event, cause);
    } else if (!stopped) {
      logNotWritten(event, cause);
      underWay.remove(event.offset());
      tooLarge.put(event.offset(), cause);
      next();
    }
  }

  private void written(DyingEvent event) {
    retryMs = FIRST_RETRY_MS;
    problem = "";
    shard
        .submit(new Command.DeadLettered(group, id, event.offset()))
        .whenComplete((reply, failure) -> shard.onOwner(() -> told(event, failure)));
  }

  /** The dead letter is written; only the group may not know it yet. */
  private void told(DyingEvent event, Throwable failure) {
    if (stopped) {
      return;
    }
    if (failure != null) {
      shard.afterDelay(FIRST_RETRY_MS, () -> tellAgain(event));
      return;
    }
    underWay.remove(event.offset());
    next();
    if (waiting.isEmpty() && underWay.isEmpty() && tooLarge.isEmpty()) {
      owner.isEmpty(this);
    }
  }

  private void tellAgain(DyingEvent event) {
    if (!stopped) {
      written(event);
    }
  }

  private void failed(DyingEvent event, Throwable failure) {
    if (stopped) {
      return;
    }
    underWay.remove(event.offset());
    waiting.put(event.offset(), event);
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (!message.equals(problem)) {
      logNotWritten(event, failure);
    }
    problem = message;
    if (!delayed) {
      delayed = true;
      shard.afterDelay(
          retryMs,
          () -> {
            delayed = false;
            next();
          });
      retryMs = Math.min(MAX_RETRY_MS, 2 * retryMs);
    }
  }

  private void logNotWritten(DyingEvent event, Throwable failure) {
    LOG.warn(
        "event=dead_letter_not_written group={} partition={}-{} offset={}",
        Quoted.logValue(group),
        id.topicId(),
        id.partition(),
        event.offset(),
        failure);
  }
}
