package io.millrace.benchmarks;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a run goes.
 *
 * @param rounds of each scenario and system
 * @param warmUp of each load process, unmeasured
 * @param round how long each lasts
 * @param directory where brokers keep their data; empty, on the disk to be measured
 */
record Plan(int rounds, Duration warmUp, Duration round, Path directory) {}
