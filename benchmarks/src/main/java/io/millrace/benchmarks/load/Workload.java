package io.millrace.benchmarks.load;

import java.time.Duration;

/** A load on one broker, in rounds. Used by one thread. */
public interface Workload extends AutoCloseable {

  /** Runs unmeasured, until the code is compiled on both sides. */
  void warmUp(Duration duration);

  /**
   * Runs measured. Verifies that what was sent has arrived.
   *
   * @param duration at least so long, and as much longer as it takes to finish what was begun
   * @throws IllegalStateException if something did not arrive
   */
  Measurement round(Duration duration);

  @Override
  void close();

  /** The workload that a spec describes; connects where it does not say otherwise. */
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
      case FIRST_EVENT -> new FirstEventWorkload(spec, target);
    };
  }
}
