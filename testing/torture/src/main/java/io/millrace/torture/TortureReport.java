package io.millrace.torture;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.client.Ack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The result of a torture run, in text and JSON. */
public record TortureReport(
    TorturePlan plan,
    boolean powerLoss,
    double seconds,
    int kills,
    int killsWhileStarting,
    int powerCuts,
    List<Long> readyNanos,
    long sent,
    long ackedSynced,
    long ackedStored,
    long read,
    long left,
    long lostWithPower,
    Anomalies anomalies) {

  static TortureReport of(
      TorturePlan plan,
      Volume volume,
      History history,
      Checker checker,
      Nemesis nemesis,
      long startedNanos) {
    List<Long> ready = new ArrayList<>(nemesis.readyNanos());
    Collections.sort(ready);
    return new TortureReport(
        plan,
        volume.losesPower(),
        (System.nanoTime() - startedNanos) / 1e9,
        nemesis.kills(),
        nemesis.killsWhileStarting(),
        nemesis.powerCuts(),
        ready,
        history.sentCount(),
        history.ackedCount(Ack.SYNCED),
        history.ackedCount(Ack.STORED),
        history.readCount(),
        checker.storedCount(),
        checker.lostWithPower(),
        history.anomalies());
  }

  public boolean isClean() {
    return anomalies.isEmpty();
  }

  public String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "torture: seed %d, %.0f s; producers: %d, readers: %d, partitions: %d",
        plan.seed(),
        seconds,
        plan.producers(),
        plan.readers(),
        plan.partitions());
    line(
        text,
        "kills    %,d; of these %,d during a start, and %,d as a power failure",
        kills,
        killsWhileStarting,
        powerCuts);
    line(
        text,
        "ready    after %.2f s (min), %.2f s (median), %.2f s (max); starts: %,d",
        readySeconds(0),
        readySeconds(readyNanos.size() / 2),
        readySeconds(readyNanos.size() - 1),
        readyNanos.size());
    line(
        text,
        "events   %,d sent; %,d acknowledged as synced, %,d as stored",
        sent,
        ackedSynced,
        ackedStored);
    line(text, "reads    %,d checked; %,d stored at the end, all compared", read, left);
    if (powerLoss) {
      line(
          text,
          "lost     %,d acknowledged as stored, in power failures; this is allowed",
          lostWithPower);
    }
    return text.append(anomalies.text()).toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The duration of a start, in seconds; index 0 is the fastest. 0 if there was no start. */
  private double readySeconds(int place) {
    return readyNanos.isEmpty() ? 0 : readyNanos.get(place) / 1e9;
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
    json.writeBooleanField("powerLoss", powerLoss);
    json.writeNumberField("kills", kills);
    json.writeNumberField("killsWhileStarting", killsWhileStarting);
    json.writeNumberField("powerCuts", powerCuts);
    json.writeObjectFieldStart("readySeconds");
    json.writeNumberField("min", readySeconds(0));
    json.writeNumberField("median", readySeconds(readyNanos.size() / 2));
    json.writeNumberField("max", readySeconds(readyNanos.size() - 1));
    json.writeEndObject();
    json.writeNumberField("sent", sent);
    json.writeNumberField("ackedSynced", ackedSynced);
    json.writeNumberField("ackedStored", ackedStored);
    json.writeNumberField("read", read);
    json.writeNumberField("left", left);
    json.writeNumberField("lostWithPower", lostWithPower);
    anomalies.write(json);
    json.writeStringField("dataDirectory", dataDirectory);
    json.writeEndObject();
  }
}
