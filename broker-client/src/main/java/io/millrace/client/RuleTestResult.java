package io.millrace.client;

/**
 * What the rules say about one operation.
 *
 * @param allowed whether it is allowed
 * @param decidedBy the rule or the role that allows it, or why it is not allowed, in words
 */
public record RuleTestResult(boolean allowed, String decidedBy) {}
