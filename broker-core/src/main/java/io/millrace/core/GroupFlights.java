package io.millrace.core;

import io.millrace.group.EncodedGroupRecord;
import io.millrace.group.GroupMachine;
import io.millrace.group.Moment;
import io.millrace.group.Notice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The appends of a shard on their way to the disk, in their order. Confirms the decisions whose
 * records are durable; the first append that fails ends all. Owner thread.
 */
final class GroupFlights {

  private static final Logger LOG = LoggerFactory.getLogger(GroupFlights.class);

  /** Appends on their way to the disk. Later decisions gather meanwhile. */
  private static final int MAX = 4;

  private final GroupLogWriter writer;
  private final Consumer<Notice> notices;
  private final Owner owner;
  private final Deque<GroupFlight> flights = new ArrayDeque<>();

  /** The machine whose records are on their way; null: none. */
  private GroupMachine machine;

  /** Who decides. */
  interface Owner {

    /** Decisions were confirmed: there may be room for more. */
    void confirmed();

    /**
     * An append has failed. All flights are still there.
     *
     * @param inDoubt whether the log may have records of any of them
     */
    void appendFailed(BrokerException cause, boolean inDoubt);
  }

  GroupFlights(GroupLogWriter writer, Consumer<Notice> notices, Owner owner) {
    this.writer = writer;
    this.notices = notices;
    this.owner = owner;
  }

  /** Begins with a machine. While nothing is on its way. */
  void begin(GroupMachine loaded) {
    machine = loaded;
  }

  /** Refuses all, and ends with the machine: what becomes of its appends is of no interest. */
  void end(BrokerException cause) {
    machine = null;
    refuseAll(cause);
  }

  boolean isFull() {
    return flights.size() >= MAX;
  }

  /** Whether an append has failed, and earlier ones are on their way to the disk. */
  boolean isFailing() {
    return !flights.isEmpty() && flights.peekLast().failure() != null;
  }

  void refuseAll(BrokerException cause) {
    List<GroupFlight> failed = List.copyOf(flights);
    flights.clear();
    failed.forEach(flight -> flight.refuse(cause));
  }

  /** Appends the records of a flight, or lets it wait for those before it. */
  void launch(GroupFlight flight, List<EncodedGroupRecord> records, Moment now) {
    if (!records.isEmpty()) {
      append(flight, records, now);
    } else if (flights.isEmpty()) {
      flight.confirm(machine, notices);
      return;
    } else {
      flights.peekLast().addAll(flight);
    }
    settle(machine);
  }

  private void append(GroupFlight flight, List<EncodedGroupRecord> records, Moment now) {
    GroupMachine of = machine;
    flights.add(flight);
    try {
      writer.append(records, now.epochMicros(), flight, () -> settle(of));
    } catch (RuntimeException e) {
      LOG.error("event=groups_failed", e);
      flight.failed(GroupShard.internal(e), false);
      flight.allAppended();
    }
  }

  /**
   * A flight may be durable, or have failed.
   *
   * @param of the machine whose records were appended
   */
  private void settle(GroupMachine of) {
    if (of != machine) {
      return;
    }
    boolean moved = false;
    while (!flights.isEmpty() && flights.peek().isDurable()) {
      flights.poll().confirm(machine, notices);
      moved = true;
    }
    if (!flights.isEmpty() && flights.peek().failure() != null) {
      owner.appendFailed(
          flights.peek().failure(), flights.stream().anyMatch(GroupFlight::mayBeInLog));
    } else if (moved) {
      owner.confirmed();
    }
  }
}
