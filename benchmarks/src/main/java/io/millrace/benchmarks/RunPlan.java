package io.millrace.benchmarks;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a run goes.
 *
 * @param rounds of each scenario and system
 * @param warmUp of each load process, unmeasured
 * @param round how long each lasts
 * @param idle how long a broker is left alone before it is called idle, and as long again watched
 * @param directory where brokers keep their data; empty, on the disk to be measured
 */
record RunPlan(int rounds, Duration warmUp, Duration round, Duration idle, Path directory) {}
