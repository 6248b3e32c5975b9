package io.millrace.core;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.storage.LogSettings;
import io.millrace.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * A topic of the catalogue that cannot be served, because its state is damaged, lost or contradicts
 * the state of another topic. It is listed as an internal topic: health and reports show it, and
 * clients cannot change it. Its partitions refuse every use with the reason.
 *
 * @param partitions at least 1
 */
record RefusedTopic(UUID id, int partitions, StorageException reason) {

  /** Retention drops nothing; the other settings of the topic are not known. */
  private static final TopicSettings NO_RETENTION =
      new TopicSettings(Duration.ZERO, 0, LogSettings.NONE);

  /**
   * A stand-in entry; the catalogue does not save it, because the topic's real name may be unknown.
   */
  TopicEntry entry() {
    String name = TopicName.ofRefused(id);
    return new TopicEntry(id, name, 0, partitions, Stage.ACTIVE, NO_RETENTION);
  }

  List<PartitionOpener.Order> orders() {
    TopicEntry entry = entry();
    return TopicLogs.of(entry).stream()
        .map(log -> new PartitionOpener.Order(log, entry.name(), entry.settings(), reason))
        .toList();
  }
}
