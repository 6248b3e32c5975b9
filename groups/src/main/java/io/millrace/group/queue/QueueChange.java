package io.millrace.group.queue;

/**
 * A planned change of a {@link QueueWindow}, made for its present state. Nothing has changed yet.
 */
public sealed interface QueueChange permits QueueDraft, QueueFeed, QueueTake {}
