package io.millrace.server.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.Broker;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.Verification;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The recovery report: what the start found and did in each partition, and the progress of the
 * background verification. Any thread.
 */
public final class RecoveryPage {

  /** The number of partitions that the page lists. */
  private static final int MAX_PARTITIONS = 1_000;

  private volatile Broker broker;

  /** Makes the report available. */
  public void ready(Broker recovered) {
    broker = recovered;
  }

  /** 503 until every partition is open. */
  public StatusPage page() {
    Broker recovered = broker;
    return recovered == null
        ? JsonPage.of(503, json -> json.writeStringField("status", "recovering"))
        : JsonPage.of(200, json -> write(json, recovered));
  }

  private static void write(JsonGenerator json, Broker broker) throws IOException {
    PartialPage page = new PartialPage(json, "/recovery");
    page.field("verification", part -> writeVerification(part, broker));
    int partitions = 0;
    int reported = 0;
    json.writeArrayFieldStart("partitions");
    for (Topic topic : page.evaluate("partitions", broker::topics, List.<Topic>of())) {
      for (Partition partition : topic.partitions()) {
        partitions++;
        String name = topic.name() + "-" + partition.id().partition();
        if (reported < MAX_PARTITIONS && page.evaluate(name, () -> isReported(partition), false)) {
          reported++;
          page.element(name, part -> write(part, topic, partition));
        }
      }
    }
    json.writeEndArray();
    json.writeNumberField("partitionsTotal", partitions);
    page.end();
  }

  private static void writeVerification(JsonGenerator json, Broker broker) throws IOException {
    Verification verification = broker.verification();
    json.writeStartObject();
    json.writeNumberField("verifiedBytes", verification.verifiedBytes());
    json.writeNumberField("unverifiedBytes", verification.unverifiedBytes());
    json.writeEndObject();
  }

  private static boolean isReported(Partition partition) {
    RecoveryReport report = partition.recovery();
    return !report.clean() || !report.findings().isEmpty() || !partition.damage().isEmpty();
  }

  private static void write(JsonGenerator json, Topic topic, Partition partition)
      throws IOException {
    RecoveryReport report = partition.recovery();
    json.writeStartObject();
    json.writeStringField("topic", topic.name());
    json.writeNumberField("partition", partition.id().partition());
    json.writeBooleanField("clean", report.clean());
    json.writeNumberField("checkedBatches", report.checkedBatches());
    json.writeNumberField("checkedBytes", report.checkedBytes());
    if (report.truncatedAt() >= 0) {
      json.writeNumberField("truncatedAtOffset", report.truncatedAt());
    } else {
      json.writeNullField("truncatedAtOffset");
    }
    json.writeNumberField("truncatedBytes", report.truncatedBytes());
    json.writeArrayFieldStart("findings");
    for (RecoveryFinding finding : report.findings()) {
      json.writeStartObject();
      json.writeStringField("case", finding.name());
      json.writeStringField("outcome", finding.outcome().name().toLowerCase(Locale.ROOT));
      json.writeStringField("message", finding.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("damage");
    for (DamagedOffsets range : partition.damage()) {
      json.writeStartObject();
      json.writeNumberField("firstOffset", range.firstOffset());
      json.writeNumberField("endOffset", range.endOffset());
      json.writeStringField("reason", range.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
