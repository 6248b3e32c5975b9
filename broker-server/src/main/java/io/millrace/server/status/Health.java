package io.millrace.server.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.GroupCoordinator;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.server.settings.InsecureListener;
import io.millrace.server.settings.SecuritySettings.Insecure;
import io.millrace.server.status.BrokerSummary.Refusal;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.FreeSpace;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The phase of the broker, and its two health pages. Any thread. */
public final class Health {

  private sealed interface Phase {

    record Recovering(int opened, int total) implements Phase {}

    record Ready(Broker broker) implements Phase {}

    record Draining() implements Phase {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  /** The number of failed or refusing partitions, and of damaged ranges, that a page lists. */
  private static final int MAX_NAMED = 100;

  private final List<InsecureListener> insecure;
  private volatile Phase phase = new Phase.Recovering(0, 0);

  /**
   * @param insecure the listeners that other machines can reach and that lack TLS or authentication
   */
  public Health(List<InsecureListener> insecure) {
    this.insecure = List.copyOf(insecure);
  }

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
      return readyPage(ready.broker());
    }
    return JsonPage.of(503, json -> json.writeStringField("status", "draining"));
  }

  /** As {@link #readiness}, without anything that a stranger may not know. */
  public StatusPage briefReadiness() {
    Phase now = phase;
    if (now instanceof Phase.Ready) {
      return JsonPage.of(200, json -> json.writeStringField("status", "ready"));
    }
    String status = now instanceof Phase.Recovering ? "recovering" : "draining";
    return JsonPage.of(503, json -> json.writeStringField("status", status));
  }

  /** Whatever fails while the page is made, clients are served, so the broker is ready. */
  private StatusPage readyPage(Broker broker) {
    try {
      return JsonPage.of(200, json -> writeReady(json, broker));
    } catch (RuntimeException | Error e) {
      LOG.error("event=http_page_failed path=/health/ready", e);
      return JsonPage.of(
          200,
          json -> {
            json.writeStringField("status", "ready");
            json.writeArrayFieldStart("problems");
            json.writeString("the page: " + PartialPage.reason(e));
            json.writeEndArray();
          });
    }
  }

  private void writeReady(JsonGenerator json, Broker broker) throws IOException {
    PartialPage page = new PartialPage(json, "/health/ready");
    json.writeStringField("status", "ready");
    writeSpace(json, page, broker);
    page.field("failedPartitions", part -> writePartitions(part, broker, Partition::failure));
    page.field("failedGroups", part -> writeGroups(part, broker));
    page.field("shortages", part -> writePartitions(part, broker, Partition::shortage));
    page.field("damage", part -> writeDamage(part, broker));
    page.field("failedPartitionsTotal", part -> part.writeNumber(failed(broker)));
    page.field("damageTotal", part -> part.writeNumber(damagedRanges(broker)));
    page.field("findings", part -> writeFindings(part, broker));
    page.field("insecureListeners", this::writeInsecure);
    page.end();
  }

  private void writeInsecure(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (InsecureListener each : insecure) {
      json.writeStartObject();
      json.writeStringField("listener", each.listener());
      json.writeStringField("host", each.address().host());
      json.writeBooleanField("plaintext", each.lacks().contains(Insecure.PLAINTEXT));
      json.writeBooleanField("anonymous", each.lacks().contains(Insecure.ANONYMOUS));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writePartitions(
      JsonGenerator json, Broker broker, Function<Partition, BrokerException> refusal)
      throws IOException {
    json.writeStartArray();
    for (Refusal each : Refusal.all(broker, refusal).limit(MAX_NAMED).toList()) {
      write(json, each.topic(), each.partition(), each.cause());
    }
    json.writeEndArray();
  }

  /** The partitions of the log of groups whose groups are refused. */
  private static void writeGroups(JsonGenerator json, Broker broker) throws IOException {
    json.writeStartArray();
    Optional<GroupCoordinator> groups = broker.groupsInUse();
    if (groups.isPresent()) {
      for (Map.Entry<Integer, BrokerException> each : groups.get().failures().entrySet()) {
        write(json, GroupCoordinator.TOPIC, each.getKey(), each.getValue());
      }
    }
    json.writeEndArray();
  }

  private static long failed(Broker broker) {
    return Refusal.all(broker, Partition::failure).count();
  }

  private static Stream<Partition> partitions(Broker broker) {
    return broker.topics().stream().flatMap(topic -> topic.partitions().stream());
  }

  private static long damagedRanges(Broker broker) {
    return partitions(broker).mapToLong(partition -> partition.damage().size()).sum();
  }

  /** What the start found to be lost, and served without it. */
  private static void writeFindings(JsonGenerator json, Broker broker) throws IOException {
    json.writeStartArray();
    int named = 0;
    for (Topic topic : broker.topics()) {
      for (Partition partition : topic.partitions()) {
        for (RecoveryFinding finding : partition.recovery().findings()) {
          if (finding.outcome() == RecoveryOutcome.LOST && named++ < MAX_NAMED) {
            json.writeStartObject();
            json.writeStringField("topic", topic.name());
            json.writeNumberField("partition", partition.id().partition());
            json.writeStringField("case", finding.name());
            json.writeStringField("message", finding.text());
            json.writeEndObject();
          }
        }
      }
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String topic, int partition, BrokerException cause)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("topic", topic);
    json.writeNumberField("partition", partition);
    json.writeObjectFieldStart("failure");
    json.writeStringField("code", cause.code().name());
    json.writeStringField("message", cause.getMessage());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Damage does not make the broker unready, because it serves everything else. */
  private static void writeDamage(JsonGenerator json, Broker broker) throws IOException {
    json.writeStartArray();
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
            json.writeStringField("reason", range.text());
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
  private static void writeSpace(JsonGenerator json, PartialPage page, Broker broker)
      throws IOException {
    DiskSpace space = page.evaluate("usableBytes", () -> DiskSpace.of(broker), DiskSpace.UNKNOWN);
    json.writeBooleanField("diskFull", space.isFull());
    writeCount(json, "usableBytes", space.bytes());
    writeCount(json, "usableFiles", space.files());
  }

  /** A number that is unknown or has no limit is null. */
  private static void writeCount(JsonGenerator json, String name, long count) throws IOException {
    if (count == FreeSpace.UNLIMITED) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, count);
    }
  }
}
