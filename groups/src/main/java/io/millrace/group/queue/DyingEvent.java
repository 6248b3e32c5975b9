package io.millrace.group.queue;

/**
 * An event whose dead letter must be written.
 *
 * @param attempts failed attempts
 * @param fate {@code DEAD_REJECTED} or {@code DEAD_ATTEMPTS}
 * @param reason what the last consumer said, or how the last attempt ended; empty after a restart
 */
public record DyingEvent(long offset, int attempts, QueueFate fate, String reason) {}
