package io.millrace.group;

import io.millrace.group.Reply.QueuePartitionView;
import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueFate;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRange;

/**
 * A partition of a queue that nobody has open, for people: what the log of groups says of it. It
 * does not know which offsets have events, so it counts offsets.
 */
final class StoredQueuePartition {

  private StoredQueuePartition() {}

  static QueuePartitionView view(PartitionId id, QueueProgress progress) {
    long end = progress.end();
    long notDone = end - progress.start();
    for (QueueRange range : progress.done()) {
      notDone -= range.to() - range.from();
    }
    int waiting = 0;
    int dying = 0;
    long attempts = 0;
    for (QueueFailure failure : progress.failed()) {
      waiting += failure.fate() == QueueFate.RETRY ? 1 : 0;
      dying += failure.fate() == QueueFate.RETRY ? 0 : 1;
      attempts += failure.attempts();
    }
    int available = (int) Math.min(Integer.MAX_VALUE, notDone - waiting - dying);
    return new QueuePartitionView(
        id,
        progress.start(),
        end,
        available,
        0,
        waiting,
        0,
        dying,
        attempts,
        progress.deadLetters(),
        false);
  }
}
