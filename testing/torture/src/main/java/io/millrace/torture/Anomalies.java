package io.millrace.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
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
}
