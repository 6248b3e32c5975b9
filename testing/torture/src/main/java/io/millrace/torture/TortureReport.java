package io.millrace.torture;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.client.Ack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The result of a torture run, ready to print. {@link TortureRun#run} makes it. */
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
        checker.leftCount(),
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
        "torture: seed %d, %.0f s, %d producers, %d readers, %d partitions",
        plan.seed(),
        seconds,
        plan.producers(),
        plan.readers(),
        plan.partitions());
    line(
        text,
        "kills    %,d survived, %,d of them while starting, %,d with a power cut",
        kills,
        killsWhileStarting,
        powerCuts);
    line(
        text,
        "ready    after %.2f s at best, %.2f s in the median, %.2f s at worst, of %,d starts",
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
    line(text, "reads    %,d checked; %,d events are left and were compared", read, left);
    if (powerLoss) {
      line(text, "lost     %,d acknowledged as stored, with power, as may be", lostWithPower);
    }
    if (isClean()) {
      line(text, "no anomaly");
    }
    anomalies
        .counts()
        .forEach((kind, count) -> line(text, "%s %,d: %s", kind, count, kind.meaning()));
    anomalies.first().forEach(anomaly -> line(text, "  %s", anomaly));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** Of the start at this place, from the fastest to the slowest; 0 if there was none. */
  private double readySeconds(int place) {
    return readyNanos.isEmpty() ? 0 : readyNanos.get(place) / 1e9;
  }

  /** Writes the report as one object; {@code dataDirectory} is null where nothing was kept. */
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
    json.writeObjectFieldStart("anomalies");
    for (Map.Entry<Anomaly.Kind, Long> count : anomalies.counts().entrySet()) {
      json.writeNumberField(count.getKey().name(), count.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("first");
    for (Anomaly anomaly : anomalies.first()) {
      json.writeString(anomaly.toString());
    }
    json.writeEndArray();
    if (dataDirectory != null) {
      json.writeStringField("dataDirectory", dataDirectory);
    }
    json.writeEndObject();
  }
}
