package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.Decision;
import io.millrace.group.GroupLimits;
import io.millrace.group.GroupMachine;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer groups of the broker. Their state is in the internal topic {@value #TOPIC}, which is
 * created when the first group is; the name of a group selects its partition, and so the owner that
 * decides on it. Any thread.
 *
 * <p>Every future completes on an owner's or a control thread. It fails with {@link
 * BrokerException}: {@code TOO_MANY_IN_FLIGHT} if too much waits, the reason why the log of groups
 * cannot be read or written, or {@code SHUTTING_DOWN}. What a group does not allow is no failure
 * but a {@link Reply.Refusal}.
 */
public final class GroupCoordinator {

  /** The internal topic with the state of all groups. */
  public static final String TOPIC = TopicName.GROUPS;

  /** The number of its partitions, which never changes: the name of a group selects one. */
  public static final int PARTITIONS = 8;

  /** Most groups of the broker. */
  public static final int MAX_GROUPS = 10_000;

  /** Most members of one group. */
  public static final int MAX_MEMBERS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinator.class);

  private final TopicTable table;
  private final NewTopics newTopics;
  private final GroupResources resources;
  private final GroupTopics topics;
  private final GroupLags lags;
  private final GroupLagBoard board = new GroupLagBoard(this::list, this::describe);
  private final GroupListeners listeners = new GroupListeners();
  private QueueOpenings queues; // guarded by this; null: nobody uses queues

  /** Made when the first queue is used. */
  private QueueResources queueResources; // guarded by this

  private CompletableFuture<Topic> creation; // guarded by this
  private boolean stopped; // guarded by this

  /** Empty until the log of groups exists. */
  private volatile List<GroupShard> shards = List.of();

  /** Makes the topics that groups need. */
  interface NewTopics {

    CompletableFuture<Topic> logOfGroups();

    /** A topic for dead letters, with one partition. */
    CompletableFuture<Topic> forDeadLetters(String name);
  }

  GroupCoordinator(TopicTable table, NewTopics newTopics, GroupResources resources) {
    this.table = table;
    this.newTopics = newTopics;
    this.resources = resources;
    this.topics = new GroupTopics(table);
    this.lags = new GroupLags(topics, resources);
  }

  /**
   * Decides on a command.
   *
   * @return completes with the answer when everything that it says is durable
   */
  public CompletableFuture<Reply> submit(Command.OfGroup command) {
    List<GroupShard> now;
    try {
      now = shards();
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!now.isEmpty()) {
      return now.get(shardOf(command.group())).submit(command);
    }
    Reply answer;
    try {
      answer = answerWithoutLog(command);
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return answer != null
        ? CompletableFuture.completedFuture(answer)
        : created().thenCompose(created -> submit(command));
  }

  /** The groups whose consumers take single events. */
  public synchronized QueueOpenings queues() {
    if (queues == null) {
      queues = new QueueOpenings(this, table);
    }
    return queues;
  }

  /**
   * The shard of the group of a command. The log of groups is created if the command has something
   * to store.
   *
   * @return fails also with the refusal of a command that is refused before there is a log
   */
  CompletableFuture<GroupShard> shardFor(Command.OfGroup command) {
    try {
      List<GroupShard> now = shards();
      if (!now.isEmpty()) {
        return CompletableFuture.completedFuture(now.get(shardOf(command.group())));
      }
      if (answerWithoutLog(command) instanceof Reply.Refusal refusal) {
        throw new BrokerException(refusal.error(), refusal.message());
      }
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return created().thenCompose(created -> shardFor(command));
  }

  private ShardQueues newQueues(GroupShard shard) {
    return new ShardQueues(shard, topics, queueResources());
  }

  private synchronized QueueResources queueResources() {
    if (queueResources == null) {
      queueResources =
          new QueueResources(
              resources.readers(),
              new QueueScratches(resources.limits().maxRecordsBytes()),
              new QueueRoom(resources.memory()),
              QueueMemory.of(resources.budget()),
              resources.limits(),
              newTopics::forDeadLetters);
    }
    return queueResources;
  }

  /** All groups, by name. Fails if the groups of any partition cannot be served. */
  public CompletableFuture<Reply.Groups> list() {
    List<GroupShard> now;
    try {
      now = shards();
      if (now.isEmpty()) {
        requireNoRefusedTopic();
      }
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    List<CompletableFuture<Reply>> parts =
        now.stream().map(shard -> shard.submit(new Command.ListGroups())).toList();
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(done -> merged(parts.stream().map(CompletableFuture::join).toList()));
  }

  /**
   * Describes a group, with its lags.
   *
   * @return fails also with the code of a {@link Reply.Refusal}, such as {@code UNKNOWN_GROUP}
   */
  public CompletableFuture<GroupDescription> describe(String group) {
    return submit(new Command.Describe(group))
        .thenCompose(
            reply -> {
              if (reply instanceof Reply.Refusal refusal) {
                throw new BrokerException(refusal.error(), refusal.message());
              }
              GroupShard shard = shards().get(shardOf(group));
              return reply instanceof Reply.QueueDescription queue
                  ? lags.describe(shard, queue)
                  : lags.describe(shard, (Reply.Description) reply);
            });
  }

  /**
   * Finds the lags of all groups again, unless that was done in the last seconds. With many groups,
   * one call does not find them all.
   *
   * @return completes when {@link #lagOf} and {@link #lags} know them; never fails
   */
  public CompletableFuture<Void> refreshLags() {
    return board.refresh();
  }

  /** The newest known lag of a group; empty if it is not known yet. */
  public Optional<GroupLagSum> lagOf(String group) {
    return board.sumOf(group);
  }

  /** The newest known lags, by group. */
  public Map<String, List<GroupLag>> lags() {
    return board.now();
  }

  /**
   * Sets where the news of a member goes, in place of an earlier sink. After the news that the
   * member is removed, the sink gets nothing more.
   */
  public void listen(String group, String member, GroupNoticeSink sink) {
    listeners.listen(group, member, sink);
  }

  /** Ends {@link #listen}, if this sink is the one that is set. The member stays. */
  public void stopListening(String group, String member, GroupNoticeSink sink) {
    listeners.remove(group, member, sink);
  }

  /**
   * Begins to guard a subscription.
   *
   * @return completes with a fence, which the caller closes; fails with {@code STALE_MEMBER} if the
   *     member does not own the partition at that epoch
   */
  public CompletableFuture<GroupFence> guard(GroupClaim claim) {
    List<GroupShard> now;
    try {
      now = shards();
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (now.isEmpty()) {
      return CompletableFuture.failedFuture(GroupFences.stale(claim));
    }
    CompletableFuture<GroupFence> result = new CompletableFuture<>();
    GroupShard shard = now.get(shardOf(claim.group()));
    shard.submit(
        new GroupTask.OfState(
            machine -> {
              if (GroupFences.owns(claim, machine)) {
                GroupFence fence = new GroupFence(claim, shard);
                shard.fences().add(fence);
                result.complete(fence);
              } else {
                result.completeExceptionally(GroupFences.stale(claim));
              }
            },
            result::completeExceptionally));
    return result;
  }

  /** The number of groups of the partitions that are loaded. */
  public int groups() {
    return shards.stream().mapToInt(GroupShard::groups).sum();
  }

  /** Why groups are refused, by partition of the log of groups; empty if all are served. */
  public SortedMap<Integer, BrokerException> failures() {
    SortedMap<Integer, BrokerException> failures = new TreeMap<>();
    for (GroupShard shard : shards) {
      BrokerException cause = shard.failure();
      if (cause != null) {
        failures.put(shard.partition().id().partition(), cause);
      }
    }
    return failures;
  }

  /** Loads the groups, if there is a log of groups. */
  void start() {
    try {
      shards();
    } catch (BrokerException e) {
      LOG.error("event=groups_unavailable", e); // every request gets the same refusal
    }
  }

  /** How many groups there is still room for. */
  private int roomForGroups() {
    return Math.max(0, MAX_GROUPS - groups());
  }

  /** Topics were created, deleted or changed. */
  void topicsChanged() {
    topics.changed();
    shards.forEach(GroupShard::topicsChanged);
  }

  /** Refuses what waits, and everything later. Appends on their way are still answered. */
  void stop() {
    List<GroupShard> ended;
    synchronized (this) {
      stopped = true;
      ended = shards;
    }
    ended.forEach(GroupShard::stop);
  }

  /** The partition of a group: CRC-32C of its name in UTF-8. */
  static int shardOf(String group) {
    CRC32C crc = new CRC32C();
    crc.update(group.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % PARTITIONS);
  }

  private List<GroupShard> shards() {
    List<GroupShard> now = shards;
    return now.isEmpty() && table.contains(TOPIC) ? startShards() : now;
  }

  private synchronized List<GroupShard> startShards() {
    if (stopped) {
      throw BrokerException.shuttingDown();
    }
    if (!shards.isEmpty()) {
      return shards;
    }
    List<Partition> partitions = table.byName(TOPIC).partitions();
    if (partitions.size() != PARTITIONS) {
      throw new BrokerException(
          ErrorCode.CORRUPT_LOG,
          "topic '"
              + TOPIC
              + "' has "
              + partitions.size()
              + " partitions; expected "
              + PARTITIONS
              + GroupLogReplay.NEXT_STEP);
    }
    List<GroupShard> started =
        partitions.stream()
            .map(
                partition ->
                    new GroupShard(
                        partition,
                        topics,
                        listeners,
                        resources,
                        this::roomForGroups,
                        this::newQueues))
            .toList();
    shards = started;
    started.forEach(GroupShard::start);
    return started;
  }

  /** There are no groups yet: the answer, or null if the command needs the log. */
  private Reply answerWithoutLog(Command command) {
    requireNoRefusedTopic();
    GroupMachine none = new GroupMachine(GroupLimits.DEFAULT, topics);
    none.open(topics.now(), resources.now());
    Decision decision = none.decide(command, resources.now());
    return decision.records().isEmpty() ? decision.reply() : null;
  }

  /** A topic whose name is not known may be the log of groups. */
  private void requireNoRefusedTopic() {
    for (Topic topic : table.all()) {
      if (topic.refused()) {
        throw new BrokerException(
            ErrorCode.CORRUPT_LOG,
            "it is not known which groups exist: topic "
                + topic.id()
                + " is refused, and may be the log of groups; "
                + TopicName.REPAIR_REFUSED);
      }
    }
  }

  private synchronized CompletableFuture<Topic> created() {
    if (stopped) {
      return CompletableFuture.failedFuture(BrokerException.shuttingDown());
    }
    if (creation == null || creation.isCompletedExceptionally()) {
      creation = newTopics.logOfGroups();
    }
    return creation;
  }

  private static Reply.Groups merged(List<Reply> parts) {
    List<Reply.Summary> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(((Reply.Groups) part).groups()));
    all.sort(Comparator.comparing(Reply.Summary::group));
    return new Reply.Groups(all);
  }
}
