/**
 * The client process of a benchmark: one workload of one system, driven line by line.
 *
 * <p>Every system is used through {@link io.millrace.benchmarks.load.LoadClient}; the workloads
 * themselves are the same code for all.
 */
package io.millrace.benchmarks.load;
