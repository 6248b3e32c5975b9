/**
 * Measures Millrace end to end, beside its peers, in one run: {@link
 * io.millrace.benchmarks.BenchCommand}. How it measures is told in {@code docs/performance.md}.
 */
package io.millrace.benchmarks;
