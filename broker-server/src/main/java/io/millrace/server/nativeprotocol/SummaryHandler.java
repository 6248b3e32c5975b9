package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeBrokerResponse;
import io.millrace.protocol.wire.RefusingPartition;
import io.millrace.server.security.Session;
import io.millrace.server.status.BrokerSummary;
import io.millrace.storage.FreeSpace;
import java.util.function.Supplier;

/** DESCRIBE_BROKER: a control thread of the core asks every partition. */
final class SummaryHandler {

  /** The number of partitions that an answer lists. It limits the size of the answer. */
  private static final int MAX_LISTED = 100;

  /** For disks whose free space is unknown. */
  private static final long UNKNOWN_BYTES = -1;

  private final Broker broker;
  private final String softwareVersion;
  private final Supplier<BrokerSummary> summaries;
  private final VisibleTopics topics;

  SummaryHandler(
      Broker broker,
      String softwareVersion,
      Supplier<BrokerSummary> summaries,
      VisibleTopics topics) {
    this.broker = broker;
    this.softwareVersion = softwareVersion;
    this.summaries = summaries;
    this.topics = topics;
  }

  void describe(DescribeBrokerRequest request, PendingRequest pending) {
    Session session = pending.session();
    pending.answerWhenDone(broker.lookUp(() -> answer(summaries.get(), session)));
  }

  /** Names the topics only that the session may describe; the counts are those of the broker. */
  private DescribeBrokerResponse answer(BrokerSummary summary, Session session) {
    return new DescribeBrokerResponse(
        broker.brokerId(),
        softwareVersion,
        EpochMicros.of(summary.process().startedAt()),
        summary.process().dataDirectory().toString(),
        summary.space().storableBytes().orElse(UNKNOWN_BYTES),
        FreeSpace.SMALLEST_BYTES,
        summary.contents().topics(),
        summary.contents().partitions(),
        summary.contents().events(),
        summary.process().connections(),
        summary.damagedRanges(),
        summary.refusals().size(),
        summary.refusals().stream()
            .filter(refusal -> topics.isVisible(session, refusal.topic()))
            .limit(MAX_LISTED)
            .map(SummaryHandler::onWire)
            .toList());
  }

  private static RefusingPartition onWire(BrokerSummary.Refusal refusal) {
    return new RefusingPartition(
        refusal.topic(), refusal.partition(), refusal.cause().code(), refusal.cause().getMessage());
  }
}
