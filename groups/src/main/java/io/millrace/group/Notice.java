package io.millrace.group;

/**
 * News for a member that did not ask: a new {@link Reply.Assignment}, or the {@link Reply.Refusal}
 * that ends it. A notice may get lost: the answer to the next beat says the same.
 */
public record Notice(String group, String member, Reply news) {}
