package io.millrace.torture;

import io.millrace.client.GroupDetails;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks at the committed positions of the group again and again. */
final class PositionWatch implements Runnable {

  private static final long INTERVAL_MILLIS = 20;

  private final MillraceClient client;
  private final int partitions;
  private final Anomalies anomalies;
  private final AtomicBoolean stopped;

  /** Guarded by its monitor. */
  private final List<PositionSample> samples = new ArrayList<>();

  PositionWatch(MillraceClient client, int partitions, Anomalies anomalies, AtomicBoolean stopped) {
    this.client = client;
    this.partitions = partitions;
    this.anomalies = anomalies;
    this.stopped = stopped;
  }

  @Override
  public void run() {
    try {
      while (!stopped.get()) {
        look();
        Thread.sleep(INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MillraceException e) {
      if (!stopped.get()) {
        String what = "the group could not be described: " + e;
        anomalies.add(new Anomaly(Anomaly.Kind.UNAVAILABLE, -1, -1, EventId.NONE, what));
      }
    }
  }

  private void look() {
    long asked = System.nanoTime();
    try {
      GroupDetails group = client.admin().describeGroup(GroupTorturePlan.GROUP);
      long[] positions = new long[partitions];
      for (GroupDetails.Partition each : group.partitions()) {
        positions[each.partition()] = each.position().orElse(0);
      }
      synchronized (samples) {
        samples.add(new PositionSample(asked, System.nanoTime(), positions));
      }
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.UNKNOWN_GROUP && !e.retriable()) {
        throw e;
      }
    }
  }

  /** All samples, in order. */
  List<PositionSample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  /** The newest positions; those of the start before the first sample. */
  long[] newest() {
    synchronized (samples) {
      return samples.isEmpty() ? new long[partitions] : samples.get(samples.size() - 1).positions();
    }
  }
}
