package io.millrace.core;

import io.millrace.group.Decision;
import io.millrace.group.GroupMachine;
import io.millrace.group.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Decisions whose records were appended together, and those without records that were made after
 * them. Their answers leave when the records are durable. Owner thread.
 */
final class GroupFlight {

  private record Answer(Decision decision, GroupTask.OfCommand task) {}

  private final List<Answer> answers = new ArrayList<>();
  private LongConsumer whenDurable = offset -> {};
  private long firstOffset = Long.MAX_VALUE;
  private int unsettledBatches;
  private boolean appending = true;
  private BrokerException failure;
  private boolean inDoubt;

  /**
   * Adds a staged decision.
   *
   * @param task who asked for it; null for the broker itself
   */
  void add(Decision decision, GroupTask.OfCommand task) {
    answers.add(new Answer(decision, task));
  }

  /** Takes over the decisions of a flight without records. */
  void addAll(GroupFlight others) {
    answers.addAll(others.answers);
  }

  boolean isEmpty() {
    return answers.isEmpty();
  }

  void batchAppended() {
    unsettledBatches++;
  }

  void batchDurable(long baseOffset) {
    unsettledBatches--;
    firstOffset = Math.min(firstOffset, baseOffset);
  }

  /** Sets what to do when all records are durable; gets the offset of the first of them. */
  void whenDurable(LongConsumer task) {
    whenDurable = task;
  }

  /**
   * A batch is not in the log, or it is not known whether it is.
   *
   * @param surelyMissing whether no record of the flight is in the log
   */
  void failed(BrokerException cause, boolean surelyMissing) {
    failure = failure == null ? cause : failure;
    inDoubt |= !surelyMissing;
  }

  /** All batches were handed to the log, or one was refused. */
  void allAppended() {
    appending = false;
  }

  boolean isDurable() {
    return !appending && unsettledBatches == 0 && failure == null;
  }

  /** Why the flight failed, or null. */
  BrokerException failure() {
    return failure;
  }

  /** Whether records of the flight are in the log, may be, or may get there. */
  boolean mayBeInLog() {
    return inDoubt || failure == null;
  }

  /** Confirms the decisions, then answers and notifies in their order. */
  void confirm(GroupMachine machine, Consumer<Notice> notices) {
    answers.forEach(answer -> machine.confirm(answer.decision()));
    for (Answer answer : answers) {
      if (answer.task() != null) {
        answer.task().reply().complete(answer.decision().reply());
      }
      answer.decision().notices().forEach(notices);
    }
    whenDurable.accept(firstOffset);
  }

  void refuse(BrokerException cause) {
    for (Answer answer : answers) {
      if (answer.task() != null) {
        answer.task().refuse(cause);
      }
    }
  }
}
