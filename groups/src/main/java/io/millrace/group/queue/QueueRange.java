package io.millrace.group.queue;

/** Offsets from {@code from} up to {@code to}, which is not one of them. */
public record QueueRange(long from, long to) {}
