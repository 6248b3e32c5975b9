package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.GroupLimits;
import io.millrace.group.PartitionId;
import io.millrace.group.QueueWant;
import io.millrace.group.Reply;
import io.millrace.group.queue.QueueCandidate;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a partition for a queue: a subscription delivers the durable batches, a reader thread
 * decodes them, and the shard decides what of them the queue takes.
 *
 * <pre>
 *                want              delivery               decoded              decided
 *   idle ------------> reading ------------> decoding ------------> feeding ------------> reading
 *                         |                                                     |
 *                         +--- no room, or the end of the reading ---> idle <---+ not all was taken
 * </pre>
 *
 * <p>Nothing that was read waits for space: the reading ends, and begins again where the queue
 * wants to continue. Owner thread of the shard, unless a method says otherwise.
 */
final class PartitionFeed implements FeedReading.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionFeed.class);

  /**
   * A queue is fed when it has room for one of this many parts of the events that it may have:
   * decoding a batch for a few of its events costs too much.
   */
  private static final int PARTS = 4;

  private static final long RETRY_MS = 1_000;

  /** The delay before damage, or an offset that the log does not have, is looked at again. */
  private static final long BLOCKED_MS = 30_000;

  private final GroupShard shard;
  private final String group;
  private final PartitionId id;
  private final GroupTopics topics;
  private final QueueResources resources;

  private QueueWant want = new QueueWant(0, 0);

  /** The offset up to which the queue was fed. */
  private long position;

  /** Null: nothing is read. */
  private FeedReading reading;

  /** What is being decided; null: nothing. */
  private Command.Feed feeding;

  private boolean decoding;

  /** The events that are on their way to the queue at most. */
  private int onTheirWay;

  /** Whether all of the deliveries is in {@link #feeding}. */
  private boolean decodedAll;

  /** The number of the delay that counts; 0: none. */
  private long delay;

  private long delays;

  /** Whether a timer looks again for memory. */
  private boolean tryingAgain;

  private boolean closed;
  private String problem = "";

  PartitionFeed(
      GroupShard shard,
      String group,
      PartitionId id,
      GroupTopics topics,
      QueueResources resources) {
    this.shard = shard;
    this.group = group;
    this.id = id;
    this.topics = topics;
    this.resources = resources;
  }

  /** Why nothing is read; empty: something is. */
  String problem() {
    return problem;
  }

  /** The queue wants to be fed. */
  void want(QueueWant wanted) {
    want = wanted;
    if (feeding != null && wanted.from() > position && wanted.from() <= feeding.to()) {
      fed();
    } else if (wanted.from() != position) {
      restart();
    }
    go();
  }

  /** Nobody wants the events any more. */
  void close() {
    closed = true;
    stopReading();
    feeding = null;
    go();
  }

  void topicsChanged() {
    if (reading == null && delay == 0) {
      go();
    }
  }

  private void fed() {
    boolean all = want.from() == feeding.to() && decodedAll;
    position = want.from();
    feeding = null;
    problem = "";
    if (!all) {
      stopReading();
    } else if (reading != null) {
      reading.consumed();
    }
  }

  private void restart() {
    stopReading();
    feeding = null;
    position = want.from();
    delay = 0;
    problem = "";
  }

  private void setOnTheirWay(int events) {
    resources.room().end(onTheirWay);
    resources.room().begin(events);
    onTheirWay = events;
  }

  private void stopReading() {
    if (reading != null) {
      reading.close();
      reading = null;
    }
  }

  private void go() {
    if (decoding || feeding != null) {
      return;
    }
    setOnTheirWay(0);
    if (closed || delay != 0) {
      return;
    }
    int room = room();
    if (room == 0) {
      if (lacksMemory()) {
        tryAgain();
      }
      if (reading != null && reading.hasDeliveries()) {
        stopReading(); // it would keep segments of the log from being deleted
      }
      return;
    }
    if (reading == null) {
      begin();
    } else if (reading.hasDeliveries()) {
      decode(room);
    } else if (reading.end() != null) {
      ended(reading.end());
    }
  }

  /** How many events to feed now; 0: none. */
  private int room() {
    int has = GroupLimits.QUEUE_EVENTS - want.events();
    int may = resources.room().eventsOfOne();
    int room = Math.min(want.events(), may - has);
    return room < may / PARTS ? 0 : room;
  }

  /** Whether only the memory that all queues share keeps it from being fed. */
  private boolean lacksMemory() {
    return want.events() >= GroupLimits.QUEUE_EVENTS / PARTS;
  }

  private void tryAgain() {
    if (!tryingAgain) {
      tryingAgain = true;
      shard.afterDelay(
          RETRY_MS,
          () -> {
            tryingAgain = false;
            go();
          });
    }
  }

  private void begin() {
    Optional<Partition> partition = topics.partition(id);
    if (partition.isEmpty()) {
      return; // topicsChanged() tries again
    }
    position = want.from();
    reading = new FeedReading(this, partition.get(), position);
    reading.start();
  }

  @Override
  public void execute(Runnable task) {
    shard.partition().owner().execute(task);
  }

  @Override
  public void moved(FeedReading of) {
    if (of == reading) {
      go();
    }
  }

  private void decode(int maxEvents) {
    decoding = true;
    setOnTheirWay(maxEvents);
    FeedReading of = reading;
    FeedDecoding task = of.decoding(maxEvents, resources.scratches());
    resources
        .readers()
        .submit(
            () -> {
              task.run();
              shard.onOwner(() -> decoded(of, task));
            },
            refused -> {
              task.close();
              shard.onOwner(
                  () -> {
                    decoding = false;
                    go();
                  });
            });
  }

  private void decoded(FeedReading of, FeedDecoding task) {
    decoding = false;
    if (closed || of != reading) {
      go();
      return;
    }
    if (task.failure() != null && task.to() == position) {
      stopReading();
      failed(task.failure());
      return;
    }
    feed(task.candidates(), task.to(), task.isComplete());
  }

  private void feed(List<QueueCandidate> candidates, long to, boolean complete) {
    Command.Feed command = new Command.Feed(group, id, position, to, candidates);
    feeding = command;
    decodedAll = complete;
    shard
        .submit(command)
        .whenComplete((reply, failure) -> shard.onOwner(() -> decided(command, reply, failure)));
  }

  /**
   * What the queue has taken is in the news of the shard before this, unless nothing has changed.
   */
  private void decided(Command.Feed command, Reply reply, Throwable failure) {
    if (feeding != command || closed) {
      return;
    }
    stopReading();
    feeding = null;
    if (reply instanceof Reply.Refusal refusal) {
      failed(new BrokerException(refusal.error(), refusal.message()));
    } else if (failure != null) {
      failed(StageFailure.cause(failure));
    } else {
      later(RETRY_MS);
    }
  }

  private void ended(BrokerException cause) {
    stopReading();
    if (cause.code() == ErrorCode.OFFSET_OUT_OF_RANGE) {
      outOfRange(cause);
    } else {
      failed(cause);
    }
  }

  /** Deletion has passed the position, or the log ends before it. */
  private void outOfRange(BrokerException cause) {
    Optional<Partition> partition = topics.partition(id);
    long start = partition.map(each -> each.offsets().start()).orElse(0L);
    if (partition.isEmpty() || start <= position) {
      blocked(cause);
      return;
    }
    LOG.warn(
        "event=queue_events_lost group={} partition={} from={} to={}",
        Quoted.logValue(group),
        partition.get().id(),
        position,
        start);
    SureCommand.submit(new Command.Trim(group, id, start), shard);
    later(RETRY_MS); // the news of the shard come before
  }

  private void failed(Throwable failure) {
    BrokerException cause =
        failure instanceof BrokerException known
            ? known
            : new BrokerException(
                ErrorCode.INTERNAL, "reading for a queue failed in the broker", failure);
    switch (cause.code()) {
      case SHUTTING_DOWN -> close();
      case UNKNOWN_TOPIC -> problem = cause.getMessage();
      default -> {
        if (UnreadableEvents.isDamage(cause.code())) {
          blocked(cause);
        } else {
          report(cause);
          later(RETRY_MS);
        }
      }
    }
  }

  private void blocked(BrokerException cause) {
    report(cause);
    later(BLOCKED_MS);
  }

  private void report(BrokerException cause) {
    String text = text(cause);
    if (!text.equals(problem)) {
      LOG.warn(
          "event=queue_not_fed group={} partition={}-{} offset={} code={}",
          Quoted.logValue(group),
          id.topicId(),
          id.partition(),
          position,
          cause.code(),
          cause);
    }
    problem = text;
  }

  private String text(BrokerException cause) {
    return UnreadableEvents.isDamage(cause.code())
        ? topics
            .partition(id)
            .map(partition -> UnreadableEvents.at(partition, position, cause).text())
            .orElse(cause.getMessage())
        : cause.getMessage();
  }

  private void later(long delayMs) {
    long number = ++delays;
    delay = number;
    setOnTheirWay(0);
    shard.afterDelay(
        delayMs,
        () -> {
          if (delay == number) {
            delay = 0;
            go();
          }
        });
  }
}
