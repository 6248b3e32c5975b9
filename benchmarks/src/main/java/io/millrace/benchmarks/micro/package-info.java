/**
 * The hot pieces one by one, with JMH: {@code scripts/bench jmh}. They find what a change did to a
 * piece; what it did to the whole is for the end-to-end harness to tell.
 */
package io.millrace.benchmarks.micro;
