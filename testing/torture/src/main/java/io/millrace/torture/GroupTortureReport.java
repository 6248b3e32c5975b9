package io.millrace.torture;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;

/**
 * The result of a torture run of a group, in text and JSON.
 *
 * @param seconds the duration of the run
 * @param actions what was done to members and broker
 * @param acked acknowledged events
 * @param processed events that members have processed; an event counts each time
 * @param distinct events that were processed at least once
 * @param samples how often the positions were looked at
 * @param assignments how often a member got a partition
 * @param overlaps how often a partition had a new owner before its old one knew
 */
public record GroupTortureReport(
    GroupTorturePlan plan,
    double seconds,
    GroupActions actions,
    long acked,
    long processed,
    long distinct,
    int samples,
    int assignments,
    int overlaps,
    Anomalies anomalies) {

  public boolean isClean() {
    return anomalies.isEmpty();
  }

  public String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "torture of a group: seed %d, %.0f s; members: up to %d, partitions: %d",
        plan.seed(),
        seconds,
        plan.members(),
        plan.partitions());
    line(
        text,
        "members  %d started, %d killed, %d suspended, %d closed; broker killed: %d",
        actions.started(),
        actions.killed(),
        actions.paused(),
        actions.closed(),
        actions.brokerKills());
    line(
        text,
        "owners   %,d times a member got a partition; %,d times before the old owner knew",
        assignments,
        overlaps);
    line(
        text,
        "events   %,d acknowledged, %,d processed; %,d of these again",
        acked,
        distinct,
        processed - distinct);
    line(text, "checked  %,d times the committed positions, and all events", samples);
    return text.append(anomalies.text()).toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /**
   * Writes the report as a JSON object.
   *
   * @param dataDirectory where the data is kept; null if it is deleted
   */
  public void write(JsonGenerator json, String dataDirectory) throws IOException {
    json.writeStartObject();
    json.writeNumberField("seed", plan.seed());
    json.writeNumberField("seconds", seconds);
    json.writeNumberField("membersStarted", actions.started());
    json.writeNumberField("membersKilled", actions.killed());
    json.writeNumberField("membersSuspended", actions.paused());
    json.writeNumberField("membersClosed", actions.closed());
    json.writeNumberField("brokerKills", actions.brokerKills());
    json.writeNumberField("assignments", assignments);
    json.writeNumberField("overlaps", overlaps);
    json.writeNumberField("acked", acked);
    json.writeNumberField("processed", distinct);
    json.writeNumberField("processedAgain", processed - distinct);
    json.writeNumberField("samples", samples);
    anomalies.write(json);
    json.writeStringField("dataDirectory", dataDirectory);
    json.writeEndObject();
  }
}
