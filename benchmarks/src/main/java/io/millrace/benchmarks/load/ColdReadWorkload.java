package io.millrace.benchmarks.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/**
 * Reads a topic that is not in the page cache, from its start to its end. It reads once alone, and
 * once while another topic is written and followed at a constant rate. It measures the latencies of
 * that other topic twice: without the read, and during it. Each read has its own topic, because
 * pages that a broker has mapped and touched cannot be dropped from the page cache.
 */
final class ColdReadWorkload implements Workload {

  private static final int TAIL_EVENTS_PER_SECOND = 10_000;
  private static final int TAIL_BYTES = 100;
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final WorkloadSpec spec;
  private final Target target;
  private final ScheduledWorkload tail;

  ColdReadWorkload(WorkloadSpec spec, Target target) {
    this.spec = spec;
    this.target = target;
    this.tail =
        ScheduledWorkload.open(
            WorkloadSpec.of(WorkloadSpec.Kind.SCHEDULED, TAIL_BYTES, spec.durability())
                .eventsPerSecond(TAIL_EVENTS_PER_SECOND),
            target);
  }

  @Override
  public void warmUp(Duration duration) {
    tail.warmUp(duration);
    try (ConsumeWorkload history = new ConsumeWorkload(spec, target)) {
      history.warmUp(duration);
    }
  }

  @Override
  public Measurement round(Duration duration) {
    Map<String, Double> more = new LinkedHashMap<>();
    more.put("disk_megabytes_per_second", DiskSpeed.sequentialRead(spec.fillBytes()) / 1e6);
    DiskReads disk = DiskReads.of(target.pid());
    Measurement alone;
    try (ConsumeWorkload history = new ConsumeWorkload(spec, target)) {
      PageCache.drop();
      long before = disk.bytes();
      alone = history.round(Duration.ZERO);
      more.put("disk_read_percent", 100.0 * (disk.bytes() - before) / alone.bytes());
    }
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    Duration tailTime = Duration.ofNanos((long) (alone.seconds() * 1e9));
    try (ConsumeWorkload history = new ConsumeWorkload(spec, target)) {
      // The page cache is dropped once, before both measurements of the tail. The warm-up gives the
      // kernel time to write the events to disk, and other processes time to load their pages
      // again.
      PageCache.drop();
      tail.warmUp(SETTLE);
      latencies.put("tail_alone", tail.round(tailTime).latencies().get("receive"));
      CompletableFuture<Measurement> reading =
          CompletableFuture.supplyAsync(() -> history.round(Duration.ZERO));
      latencies.put("tail_beside", tail.round(tailTime).latencies().get("receive"));
      reading.join();
    }
    return new Measurement(
        alone.events(),
        alone.bytes(),
        alone.seconds(),
        alone.brokerCpuSeconds(),
        alone.clientCpuSeconds(),
        latencies,
        more);
  }

  @Override
  public void close() {
    tail.close();
  }
}
