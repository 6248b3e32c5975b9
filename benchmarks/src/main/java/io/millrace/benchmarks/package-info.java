/**
 * Measures Millrace end to end, compared with its peers in the same run: {@link
 * io.millrace.benchmarks.BenchmarkCommand}. {@code docs/performance.md} describes the method.
 */
package io.millrace.benchmarks;
