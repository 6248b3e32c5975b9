package io.millrace.torture;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The anomalies of a history: the number of each kind, and the first ten of each kind. Thread-safe.
 */
public final class Anomalies {

  private static final int LISTED_PER_KIND = 10;

  private final Map<Anomaly.Kind, Long> counts = new EnumMap<>(Anomaly.Kind.class);
  private final List<Anomaly> listed = new ArrayList<>();

  synchronized void add(Anomaly anomaly) {
    if (counts.merge(anomaly.kind(), 1L, Long::sum) <= LISTED_PER_KIND) {
      listed.add(anomaly);
    }
  }

  synchronized boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The number of anomalies of each kind that occurred. */
  synchronized Map<Anomaly.Kind, Long> counts() {
    return new EnumMap<>(counts);
  }

  /**
   * The first anomalies of each kind, sorted by kind, then in the order in which they were found.
   */
  synchronized List<Anomaly> first() {
    List<Anomaly> first = new ArrayList<>(listed);
    first.sort(Comparator.comparing(Anomaly::kind));
    return first;
  }

  /** The end of a report: what was broken, in lines. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (isEmpty()) {
      text.append("no guarantee was broken\n");
    }
    counts()
        .forEach(
            (kind, count) ->
                text.append(
                    String.format(Locale.ROOT, "%s %,d: %s\n", kind, count, kind.meaning())));
    first().forEach(anomaly -> text.append("  ").append(anomaly).append('\n'));
    return text.toString();
  }

  /** Writes the fields {@code anomalies} and {@code first} of the object of a report. */
  void write(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("anomalies");
    for (Map.Entry<Anomaly.Kind, Long> count : counts().entrySet()) {
      json.writeNumberField(count.getKey().name(), count.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("first");
    for (Anomaly anomaly : first()) {
      json.writeString(anomaly.toString());
    }
    json.writeEndArray();
  }
}
