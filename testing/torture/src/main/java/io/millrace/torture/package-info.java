/**
 * {@code millrace bench torture}: kills the real broker again and again under load, and checks
 * every event and every guarantee.
 *
 * <p>{@link io.millrace.torture.History} records what producers and readers see, and {@link
 * io.millrace.torture.Checker} checks it; both do no input or output. {@link
 * io.millrace.torture.TortureWorkload} creates a history with a running broker.
 */
package io.millrace.torture;
