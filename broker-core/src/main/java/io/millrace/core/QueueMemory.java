package io.millrace.core;

/**
 * The memory of events that were read for queues: answers to takes, and dead letters. Copies are in
 * the heap, where those of filters count, too; an answer is sent from direct memory. It is reserved
 * before events are read. Any thread.
 */
final class QueueMemory {

  private final MemoryShare copies;
  private final MemoryShare answers;

  /**
   * @param copies of batches in the heap
   * @param answers that clients have not taken yet
   */
  QueueMemory(MemoryShare copies, MemoryShare answers) {
    this.copies = copies;
    this.answers = answers;
  }

  static QueueMemory of(MemoryBudget budget) {
    return new QueueMemory(
        budget.share(MemoryBudget.Use.FILTERED_BATCHES), budget.share(MemoryBudget.Use.ANSWERS));
  }

  /** Reserves memory for an answer, unless there is none left; then null. */
  TakenMemory tryReserveAnswer(long bytes) {
    if (!answers.tryReserveUnlessFull(bytes)) {
      return null;
    }
    if (!copies.tryReserveUnlessFull(bytes)) {
      answers.release(bytes);
      return null;
    }
    return new TakenMemory(copies, answers, bytes);
  }

  /** Reserves memory for copies, unless there is none left. */
  boolean tryReserveCopies(long bytes) {
    return copies.tryReserveUnlessFull(bytes);
  }

  /** Gives memory for copies back. */
  void releaseCopies(long bytes) {
    copies.release(bytes);
  }

  /** Runs a task when an answer may get memory: now, or on the thread that gives some back. */
  void whenAnswers(Runnable task) {
    answers.whenNotFull(() -> copies.whenNotFull(task));
  }

  /** Runs a task when copies may get memory: now, or on the thread that gives some back. */
  void whenCopies(Runnable task) {
    copies.whenNotFull(task);
  }
}
