/**
 * Measures Millrace end to end, and its peers beside it in the same run: {@link
 * io.millrace.benchmarks.BenchmarkCommand}. {@code docs/performance.md} describes the method.
 */
package io.millrace.benchmarks;
