package io.millrace.security;

/**
 * The outcome of a change of users, tokens or rules.
 *
 * @param state all of them after the change
 * @param count what the change reports: a number of things that it has changed besides
 */
public record Changed(AccessState state, int count) {}
