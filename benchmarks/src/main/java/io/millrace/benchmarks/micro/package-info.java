/**
 * Microbenchmarks of the hot paths with JMH: {@code scripts/bench jmh}. They show the effect of a
 * change on one part. The end-to-end benchmarks show its effect on the whole.
 */
package io.millrace.benchmarks.micro;
