package io.millrace.core;

/**
 * How far a group is behind in a partition.
 *
 * @param start offset of the first event that is kept
 * @param events events that are not processed
 * @param micros time since the append of the first of them
 * @param damage what is damaged at the position; empty: nothing
 */
record LagMeasure(GroupLagScan.Input input, long start, long events, long micros, String damage) {

  /** Finds the reason of a lag. */
  interface Explainer {

    GroupLagReasons.Explained explain(LagMeasure measure);
  }
}
