package io.millrace.client;

/**
 * What was deleted together with a user.
 *
 * @param tokens number of its tokens
 * @param rules number of rules that named it
 */
public record UserDeletion(int tokens, int rules) {}
