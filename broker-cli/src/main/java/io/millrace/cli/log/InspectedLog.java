package io.millrace.cli.log;

import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.tool.LogInspector;
import io.millrace.storage.mapped.tool.LogInspector.CheckpointView;
import io.millrace.storage.mapped.tool.LogInspector.ClosedView;
import io.millrace.storage.mapped.tool.LogInspector.RegisteredView;
import io.millrace.storage.mapped.tool.LogInspector.SegmentView;
import io.millrace.storage.mapped.tool.TopicRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The contents of the directory of one log, as the inspection found them.
 *
 * @param name the name of the directory: the topic's id and the partition
 * @param topic the name of its topic; empty if it is not known
 * @param checkpoint the latest checkpoint; empty if there is none or it cannot be read
 * @param closed the mark of an orderly stop; empty if there is none or it cannot be read
 * @param registered what the register says of the log; empty if it has no entry
 * @param leftovers names of files that a crash has left and the next start deletes
 * @param stateProblems a sentence for each problem of a state file, and for missing segments
 */
record InspectedLog(
    String name,
    Optional<String> topic,
    Optional<CheckpointView> checkpoint,
    Optional<ClosedView> closed,
    Optional<RegisteredView> registered,
    List<InspectedSegment> segments,
    List<String> leftovers,
    List<String> stateProblems) {

  /**
   * Reads every file of a log.
   *
   * @param keepBatches whether the segments keep a description of each batch
   */
  static InspectedLog of(LogInspector log, LogTopics topics, boolean keepBatches) {
    TopicRecords records = new ChosenTopics(new TopicOption(), topics);
    List<String> stateProblems = new ArrayList<>(log.missing(records));
    List<InspectedSegment> segments = new ArrayList<>();
    for (SegmentView view : log.segments()) {
      InspectedSegment segment = new InspectedSegment(view, keepBatches);
      if (log.visit(view, segment)) {
        segments.add(segment);
      }
    }
    return new InspectedLog(
        log.directory().getFileName().toString(),
        log.id().flatMap(id -> topics.nameOf(id.topicId())),
        read(log::checkpoint, stateProblems),
        read(log::closed, stateProblems),
        log.registered(),
        segments,
        log.leftovers().stream().map(path -> path.getFileName().toString()).toList(),
        stateProblems);
  }

  private static <T> Optional<T> read(Supplier<Optional<T>> state, List<String> problems) {
    try {
      return state.get();
    } catch (StorageException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** The number of problems of state files and segments. */
  long problemCount() {
    return stateProblems.size()
        + segments.stream().mapToLong(segment -> segment.problems().size()).sum();
  }

  long eventCount() {
    return segments.stream().mapToLong(InspectedSegment::eventCount).sum();
  }
}
