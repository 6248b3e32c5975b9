package io.millrace.cli.log;

import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.LogVerification.Problem;
import io.millrace.storage.mapped.tool.TopicRecords;
import java.nio.file.Path;
import java.util.List;

/** The topics on record that a command is about. One thread. */
record ChosenTopics(TopicOption option, LogTopics topics) implements TopicRecords {

  @Override
  public List<Path> lost() {
    return option.lost(topics).stream().map(topics::directoryOf).toList();
  }

  @Override
  public List<Problem> refused() {
    return option.refused(topics).stream()
        .map(refusal -> new Problem(topics.fileOf(refusal), refusal.reason()))
        .toList();
  }

  @Override
  public boolean isUnfinished(LogId log, boolean hasSegment) {
    return topics.deletes(log);
  }
}
