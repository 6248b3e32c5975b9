package io.millrace.server;

import io.millrace.core.Broker;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.protocol.ByteSize;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs what the recovery found and did: a line for each truncated partition and for each finding,
 * and one line with sums.
 */
final class RecoveryLog {

  private static final Logger LOG = LoggerFactory.getLogger(RecoveryLog.class);

  private int partitions;
  private int unclean;
  private int failed;
  private long checkedBytes;

  private RecoveryLog() {}

  static void write(Broker broker) {
    RecoveryLog log = new RecoveryLog();
    for (Topic topic : broker.topics()) {
      topic.partitions().forEach(partition -> log.add(topic, partition));
    }
    LOG.info(
        "event=recovered partitions={} unclean={} failed={} checkedBytes={}",
        log.partitions,
        log.unclean,
        log.failed,
        ByteSize.format(log.checkedBytes));
  }

  private void add(Topic topic, Partition partition) {
    RecoveryReport report = partition.recovery();
    partitions++;
    unclean += report.clean() ? 0 : 1;
    failed += partition.failure() == null ? 0 : 1;
    checkedBytes += report.checkedBytes();
    if (report.truncatedAt() >= 0) {
      LOG.warn(
          "event=torn_tail_cut topic={} partition={} offset={} bytes={}",
          topic.name(),
          partition.id().partition(),
          report.truncatedAt(),
          report.truncatedBytes());
    }
    for (RecoveryFinding finding : report.findings()) {
      LOG.atLevel(level(finding))
          .log(
              "event=recovery_finding topic={} partition={} case={} note=\"{}\"",
              topic.name(),
              partition.id().partition(),
              finding.name(),
              finding.text());
    }
  }

  private static Level level(RecoveryFinding finding) {
    return switch (finding.outcome()) {
      case QUARANTINED -> Level.ERROR;
      case REFUSED, LOST -> Level.WARN;
      case KEPT, TRUNCATED, REBUILT, REMOVED -> Level.DEBUG;
    };
  }
}
