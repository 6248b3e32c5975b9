package io.millrace.storage.mapped.tool;

import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.LogVerification.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * What the topics on record say of the logs in a directory. The storage does not know the form of
 * their states. One thread; may block on the disk.
 */
public interface TopicRecords {

  /** Nothing is known of the topics. */
  TopicRecords UNKNOWN =
      new TopicRecords() {
        @Override
        public List<Path> lost() {
          return List.of();
        }

        @Override
        public List<Problem> refused() {
          return List.of();
        }

        @Override
        public boolean isUnfinished(LogId log, boolean hasSegment) {
          return !hasSegment;
        }
      };

  /** The directories of the logs that must exist and do not. */
  List<Path> lost();

  /** The states that the next start of the broker refuses. */
  List<Problem> refused();

  /**
   * Whether a log that has no entry in the register may be half created or half deleted. Reads the
   * state of its topic at each call.
   *
   * @param hasSegment whether it has a segment, before which it gets its entry
   */
  boolean isUnfinished(LogId log, boolean hasSegment);
}
