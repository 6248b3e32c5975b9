package io.millrace.group.queue;

/**
 * An event that a consumer gets.
 *
 * @param attempts failed attempts before this one
 */
public record TakenEvent(long offset, int attempts) {}
