package io.millrace.server.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.storage.DamagedOffsets;
import java.io.IOException;

/** The phase of the broker, and its two health pages. Any thread. */
public final class Health {

  private sealed interface Phase {

    record Recovering(int opened, int total) implements Phase {}

    record Ready(Broker broker) implements Phase {}

    record Draining() implements Phase {}
  }

  /** The number of failed partitions, and of damaged ranges, that a page lists. */
  private static final int MAX_NAMED = 100;

  /** With less space than this, no log gets another segment. */
  private static final long SMALLEST_SEGMENT_BYTES = 1 << 20;

  private volatile Phase phase = new Phase.Recovering(0, 0);

  public void recovering(int partitionsOpened, int partitionsTotal) {
    phase = new Phase.Recovering(partitionsOpened, partitionsTotal);
  }

  public void ready(Broker broker) {
    phase = new Phase.Ready(broker);
  }

  public void draining() {
    phase = new Phase.Draining();
  }

  /** 200 as long as the process can answer. */
  public StatusPage live() {
    return JsonPage.of(200, json -> json.writeStringField("status", "live"));
  }

  /** 200 while clients are served; 503 during the start and the stop. */
  public StatusPage readiness() {
    Phase now = phase;
    if (now instanceof Phase.Recovering recovering) {
      return JsonPage.of(
          503,
          json -> {
            json.writeStringField("status", "recovering");
            json.writeNumberField("partitionsOpened", recovering.opened());
            json.writeNumberField("partitionsTotal", recovering.total());
          });
    }
    if (now instanceof Phase.Ready ready) {
      return JsonPage.of(200, json -> writeReady(json, ready.broker()));
    }
    return JsonPage.of(503, json -> json.writeStringField("status", "draining"));
  }

  private static void writeReady(JsonGenerator json, Broker broker) throws IOException {
    json.writeStringField("status", "ready");
    writeSpace(json, broker);
    json.writeArrayFieldStart("failedPartitions");
    int named = 0;
    for (Topic topic : broker.topics()) {
      for (Partition partition : topic.partitions()) {
        BrokerException failure = partition.failure();
        if (failure != null && named++ < MAX_NAMED) {
          writeFailure(json, topic, partition, failure);
        }
      }
    }
    json.writeEndArray();
    writeDamage(json, broker);
  }

  /** Damage does not make the broker unready, because it serves everything else. */
  private static void writeDamage(JsonGenerator json, Broker broker) throws IOException {
    json.writeArrayFieldStart("damagedRanges");
    int named = 0;
    for (Topic topic : broker.topics()) {
      for (Partition partition : topic.partitions()) {
        for (DamagedOffsets range : partition.damage()) {
          if (named++ < MAX_NAMED) {
            json.writeStartObject();
            json.writeStringField("topic", topic.name());
            json.writeNumberField("partition", partition.id().partition());
            json.writeNumberField("firstOffset", range.firstOffset());
            json.writeNumberField("endOffset", range.endOffset());
            json.writeEndObject();
          }
        }
      }
    }
    json.writeEndArray();
  }

  /**
   * A full disk does not make the broker unready: it serves readers, and a restart frees no space.
   */
  private static void writeSpace(JsonGenerator json, Broker broker) throws IOException {
    long usableBytes = broker.usableBytes();
    json.writeBooleanField("diskFull", usableBytes < SMALLEST_SEGMENT_BYTES);
    json.writeNumberField("usableBytes", usableBytes);
  }

  private static void writeFailure(
      JsonGenerator json, Topic topic, Partition partition, BrokerException failure)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("topic", topic.name());
    json.writeNumberField("partition", partition.id().partition());
    json.writeStringField("code", failure.code().name());
    json.writeStringField("message", failure.getMessage());
    json.writeEndObject();
  }
}
