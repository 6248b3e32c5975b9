package io.millrace.server.settings;

/**
 * A setting with the value that the broker uses.
 *
 * @param value as the user wrote it, or the default
 * @param origin where it comes from: {@code default}, a file and line, a variable, or the command
 *     line
 */
public record EffectiveSetting(String key, String value, String origin) {}
