/**
 * The load process of a benchmark, with one workload of one system, which is controlled over its
 * standard input.
 *
 * <p>Every system is used through {@link io.millrace.benchmarks.load.LoadClient}. The code of the
 * workloads is the same for all systems.
 */
package io.millrace.benchmarks.load;
