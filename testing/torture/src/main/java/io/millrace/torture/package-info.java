/**
 * {@code millrace bench torture}: the real broker, killed again and again under load, and a checker
 * over everything that was promised and seen.
 *
 * <p>{@link io.millrace.torture.History} records what producers and readers saw, {@link
 * io.millrace.torture.Checker} judges it; both are pure. {@link
 * io.millrace.torture.TortureWorkload} makes a history by running a broker.
 */
package io.millrace.torture;
