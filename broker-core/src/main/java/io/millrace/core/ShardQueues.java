package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.GroupMachine;
import io.millrace.group.PartitionId;
import io.millrace.group.QueueNews;
import io.millrace.group.Reply;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues of one shard of groups: their consumers, the requests for events that wait, the feeds
 * that read the partitions, and the dead letters. {@link GroupMachine} knows which events are
 * locked and done; this class carries out what it wants. Owner thread of the shard, unless a method
 * says otherwise.
 */
final class ShardQueues {

  private static final Logger LOG = LoggerFactory.getLogger(ShardQueues.class);

  private record TopicKey(String group, UUID topicId) {}

  private record FeedKey(String group, PartitionId partition) {}

  private record SessionKey(String group, UUID session) {}

  private final GroupShard shard;
  private final GroupTopics topics;
  private final QueueResources resources;
  private final DeadLetters deadLetters;
  private final Map<SessionKey, OpenQueue> consumers = new HashMap<>();
  private final Map<TopicKey, QueueTakes> takes = new LinkedHashMap<>();
  private final Map<FeedKey, PartitionFeed> feeds = new HashMap<>();

  /**
   * Events that were fed and cannot be read any more, of partitions that have a feed. The owner
   * adds, any thread removes; empty without damage.
   */
  private final Map<FeedKey, UnreadableEvents> unreadable = new ConcurrentHashMap<>();

  private final TreeSet<WaitingTake> byDeadline = new TreeSet<>();

  /** Those that may be able to serve somebody. */
  private final Map<TopicKey, QueueTakes> ready = new LinkedHashMap<>();

  /** Whether no answer gets memory, until a task says that there may be some. */
  private boolean memoryIsFull;

  ShardQueues(GroupShard shard, GroupTopics topics, QueueResources resources) {
    this.shard = shard;
    this.topics = topics;
    this.resources = resources;
    this.deadLetters = new DeadLetters(shard, topics, resources);
  }

  /** A consumer has opened its queue. An earlier connection of it ends. */
  void register(OpenQueue consumer) {
    if (consumer.ended() != null) {
      return; // the connection was closed meanwhile
    }
    OpenQueue before = consumers.get(key(consumer));
    boolean isNewest = before == null || before.session().opening() < consumer.session().opening();
    OpenQueue older = isNewest ? before : consumer;
    if (isNewest) {
      consumers.put(key(consumer), consumer);
    }
    if (older != null) {
      end(older, OpenQueue.takenOver(consumer.group()));
    }
  }

  /** A consumer is closed, or its connection has ended. */
  void remove(OpenQueue consumer, BrokerException cause) {
    consumers.remove(key(consumer), consumer);
    end(consumer, cause);
  }

  private static SessionKey key(OpenQueue consumer) {
    return new SessionKey(consumer.group(), consumer.session().id());
  }

  private void end(OpenQueue consumer, BrokerException cause) {
    consumer.end(cause);
    refuse(consumer, cause);
  }

  /** Refuses the takes of a consumer that wait. */
  void refuse(OpenQueue consumer, BrokerException cause) {
    QueueTakes of = takes.get(new TopicKey(consumer.group(), consumer.topicId()));
    if (of != null) {
      refuse(of, of.of(consumer), cause);
    }
  }

  private void refuse(QueueTakes of, List<WaitingTake> refused, BrokerException cause) {
    for (WaitingTake take : refused) {
      forget(of, take);
      take.refuse(cause);
    }
  }

  private void forget(QueueTakes of, WaitingTake take) {
    of.remove(take);
    byDeadline.remove(take);
    removeIfEmpty(of);
  }

  private void notAvailable(QueueTakes of, PartitionId partition) {
    of.available(partition.partition(), false);
    removeIfEmpty(of);
  }

  private void removeIfEmpty(QueueTakes of) {
    if (of.isEmpty()) {
      TopicKey key = new TopicKey(of.group(), of.topicId());
      takes.remove(key, of);
      ready.remove(key, of);
    }
  }

  void add(WaitingTake take) {
    OpenQueue consumer = take.consumer();
    if (consumer.ended() != null) {
      take.refuse(consumer.ended());
    } else if (topics.nameOf(consumer.topicId()).isEmpty()) {
      take.refuse(deleted(consumer.topicName()));
    } else {
      TopicKey key = new TopicKey(consumer.group(), consumer.topicId());
      QueueTakes of = takesOf(key);
      of.add(take);
      byDeadline.add(take);
      ready.put(key, of);
    }
  }

  private QueueTakes takesOf(TopicKey key) {
    return takes.computeIfAbsent(key, k -> new QueueTakes(k.group(), k.topicId()));
  }

  /** The client of a consumer takes what it gets again. */
  void resume(OpenQueue consumer) {
    TopicKey key = new TopicKey(consumer.group(), consumer.topicId());
    QueueTakes of = takes.get(key);
    if (of != null) {
      of.resume(consumer);
      ready.put(key, of);
    }
  }

  /** A partition of a queue has changed. */
  void changed(QueueNews news) {
    TopicKey key = new TopicKey(news.group(), news.partition().topicId());
    if (news.available()) {
      QueueTakes of = takesOf(key);
      of.available(news.partition().partition(), true);
      ready.put(key, of);
    } else if (takes.containsKey(key)) {
      notAvailable(takes.get(key), news.partition());
    }
    feed(news);
    if (news.settings().isEmpty()) {
      deadLetters.forget(news.group(), news.partition());
    } else if (!news.dying().isEmpty()) {
      deadLetters.add(
          news.group(), news.partition(), news.settings().get().deadLetters(), news.dying());
    }
  }

  private void feed(QueueNews news) {
    FeedKey key = new FeedKey(news.group(), news.partition());
    if (news.want().isEmpty()) {
      unreadable.remove(key);
      PartitionFeed unwanted = feeds.remove(key);
      if (unwanted != null) {
        unwanted.close();
      }
      return;
    }
    feeds
        .computeIfAbsent(
            key, k -> new PartitionFeed(shard, k.group(), k.partition(), topics, resources))
        .want(news.want().get());
  }

  /**
   * Gives the next take events, if there are any.
   *
   * @return whether there may be more to do
   */
  boolean serveOne(GroupRound round) {
    if (!hasWork()) {
      return false;
    }
    Map.Entry<TopicKey, QueueTakes> first = ready.entrySet().iterator().next();
    QueueTakes of = first.getValue();
    QueueTakes.Match match = of.next();
    if (match == null) {
      ready.remove(first.getKey());
      removeIfEmpty(of);
      return true;
    }
    serve(of, match, round);
    return true;
  }

  /** Whether a take may be served now. */
  boolean hasWork() {
    return !memoryIsFull && !ready.isEmpty();
  }

  private void serve(QueueTakes of, QueueTakes.Match match, GroupRound round) {
    OpenQueue consumer = match.take().consumer();
    Command.Take command =
        new Command.Take(
            consumer.group(),
            consumer.session(),
            match.partition(),
            match.take().room().maxEvents(),
            match.take().room().maxBytes());
    ServedTake served =
        new ServedTake(match, round.now().monotonicMicros(), shard, topics, resources);
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    Reply reply;
    try {
      reply = round.take(command, served::reserve, answer);
    } catch (RuntimeException | Error e) {
      served.release();
      throw e;
    }
    if (reply instanceof Reply.Refusal refusal) {
      forget(of, match.take());
      match.take().refuse(OpenQueue.refused(refusal));
    } else if (reply instanceof Reply.Taken taken && taken.events().isEmpty()) {
      notAvailable(of, match.partition());
    } else if (!served.isReserved()) {
      waitForMemory();
    } else {
      of.served(match);
      forget(of, match.take());
      answer.whenComplete((taken, failure) -> served.decided((Reply.Taken) taken, failure));
    }
  }

  /** The takes wait until answers have memory. */
  private void waitForMemory() {
    memoryIsFull = true;
    resources
        .memory()
        .whenAnswers(
            () ->
                shard.onOwner(
                    () -> {
                      memoryIsFull = false;
                      shard.wake();
                    }));
  }

  /** Answers the takes whose wait is over. */
  void expire(long nowMicros) {
    while (!byDeadline.isEmpty() && byDeadline.first().deadlineMicros() <= nowMicros) {
      WaitingTake take = byDeadline.first();
      forget(takes.get(new TopicKey(take.consumer().group(), take.consumer().topicId())), take);
      take.answer(TakenBatches.NONE);
    }
  }

  /** When a wait is over, by the monotonic clock; {@code Long.MAX_VALUE}: nobody waits. */
  long nextDeadlineMicros() {
    return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadlineMicros();
  }

  /** Topics were created, deleted or changed. */
  void topicsChanged() {
    for (QueueTakes of : List.copyOf(takes.values())) {
      if (topics.nameOf(of.topicId()).isEmpty()) {
        of.of(null).stream()
            .findFirst()
            .ifPresent(take -> refuse(of, of.of(null), deleted(take.consumer().topicName())));
      }
    }
    List.copyOf(feeds.values()).forEach(PartitionFeed::topicsChanged);
    deadLetters.topicsChanged();
  }

  /**
   * A new machine was loaded, which knows no session: the consumers that are open open their queues
   * again. Their locks are lost.
   */
  List<Command> reopened() {
    for (QueueTakes of : List.copyOf(takes.values())) {
      of.nothingAvailable();
      removeIfEmpty(of);
    }
    feeds.values().forEach(PartitionFeed::close);
    feeds.clear();
    List<Command> commands = new ArrayList<>();
    for (OpenQueue consumer : consumers.values()) {
      if (consumer.isOpen()) {
        commands.add(consumer.nextCommand());
      }
    }
    return commands;
  }

  /** The groups of the shard cannot be served: no take waits. */
  void refuseAll(BrokerException cause) {
    for (QueueTakes of : List.copyOf(takes.values())) {
      refuse(of, of.of(null), cause);
    }
  }

  void stop(BrokerException cause) {
    refuseAll(cause);
    feeds.values().forEach(PartitionFeed::close);
    feeds.clear();
    deadLetters.stop();
  }

  /** Why a queue or its dead letters do not continue in a partition; empty: they do. */
  String problem(String group, PartitionId partition) {
    PartitionFeed feed = feeds.get(new FeedKey(group, partition));
    String ofFeed = feed == null ? "" : feed.problem();
    String ofReading = ofFeed.isEmpty() ? damage(new FeedKey(group, partition)) : ofFeed;
    return ofReading.isEmpty() ? deadLetters.problem(group, partition) : ofReading;
  }

  private String damage(FeedKey key) {
    UnreadableEvents known = unreadable.get(key);
    if (known == null) {
      return "";
    }
    long start = topics.partition(key.partition()).map(each -> each.offsets().start()).orElse(0L);
    return known.end() <= start ? "" : known.text();
  }

  /** Events of a queue were locked, and cannot be read. Owner thread of the shard. */
  void unreadable(String group, PartitionId partition, UnreadableEvents events) {
    FeedKey key = new FeedKey(group, partition);
    if (!feeds.containsKey(key)) {
      return; // the queue was closed while the events were read
    }
    UnreadableEvents before = unreadable.put(key, events);
    if (!events.equals(before)) {
      LOG.warn(
          "event=queue_events_unreadable group={} partition={}-{} from={} to={} cause={}",
          Quoted.logValue(group),
          partition.topicId(),
          partition.partition(),
          events.first(),
          events.end(),
          Quoted.logValue(events.text()));
    }
  }

  /** Events of a queue were read. Any thread. */
  void readable(String group, PartitionId partition, List<TakenEvent> events) {
    if (!unreadable.isEmpty()) {
      unreadable.computeIfPresent(
          new FeedKey(group, partition),
          (key, known) ->
              events.stream().anyMatch(each -> each.offset() == known.first()) ? null : known);
    }
  }

  /** Bytes of heap of what waits. */
  long bytes() {
    return WAITING_BYTES * byDeadline.size()
        + CONSUMER_BYTES * consumers.size()
        + TAKES_BYTES * takes.size()
        + FEED_BYTES * feeds.size()
        + UNREADABLE_BYTES * unreadable.size()
        + LANE_BYTES * deadLetters.lanes();
  }

  private static final long WAITING_BYTES = 400;
  private static final long CONSUMER_BYTES = 600;
  private static final long TAKES_BYTES = 700;
  private static final long FEED_BYTES = 600;
  private static final long UNREADABLE_BYTES = 1_200;
  private static final long LANE_BYTES = 600;

  /** The refusal of a take whose topic is deleted. */
  static BrokerException deleted(String topic) {
    return new BrokerException(
        ErrorCode.UNKNOWN_TOPIC, "topic '" + topic + "' of the queue was deleted");
  }
}
