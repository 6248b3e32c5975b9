package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.FilterWorkload.Wanted;
import java.time.Duration;

/** A load on one broker, in rounds. Used by one thread. */
public interface Workload extends AutoCloseable {

  /** Runs the load without measuring it, until the code of client and broker is compiled. */
  void warmUp(Duration duration);

  /**
   * Runs the load and measures it. Verifies that all sent events have arrived.
   *
   * @param duration the shortest duration; a round also finishes what it has started
   * @throws IllegalStateException if an event did not arrive
   */
  Measurement round(Duration duration);

  @Override
  void close();

  /**
   * Opens the workload of a spec, and connects to the broker. {@link FirstEventWorkload} connects
   * later.
   */
  static Workload open(WorkloadSpec spec, Target target) {
    return switch (spec.kind()) {
      case PRODUCE -> new ProduceWorkload(spec, target, false);
      case PRODUCE_SPREAD -> new ProduceWorkload(spec, target, true);
      case PRODUCE_CONNECTIONS -> new ConnectionsProduceWorkload(spec, target);
      case CONSUME -> new ConsumeWorkload(spec, target);
      case CONSUME_CONNECTIONS -> new ConnectionsConsumeWorkload(spec, target);
      case COLD_READ -> new ColdReadWorkload(spec, target);
      case SCHEDULED -> ScheduledWorkload.open(spec, target);
      case ONE_IN_FLIGHT -> OneInFlightWorkload.open(spec, target);
      case FILTER_SOURCE -> new FilterWorkload(spec, target, Wanted.SOURCE);
      case FILTER_JSON -> new FilterWorkload(spec, target, Wanted.SOURCE_AND_JSON);
      case BESIDE_FILTERS -> BesideFiltersWorkload.open(spec, target);
      case FIRST_EVENT -> new FirstEventWorkload(spec, target);
    };
  }
}
