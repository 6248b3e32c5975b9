package io.millrace.benchmarks;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The parameters of a run.
 *
 * @param rounds the number of rounds of each scenario and system
 * @param warmUp the duration of the unmeasured load of each load process
 * @param round the duration of each round
 * @param idle how long a broker gets no requests before its idle state is measured, and how long
 *     this measurement takes
 * @param directory the directory for the data of the brokers; empty, and on the disk to measure
 */
record RunPlan(int rounds, Duration warmUp, Duration round, Duration idle, Path directory) {}
