/**
 * The command line. {@link io.millrace.cli.Millrace} is the entry point and lists the commands.
 * Each command, or group of commands, has a package; {@code command} holds what they share, {@code
 * format} reads and writes events as text. Commands do not know each other or the entry point.
 */
package io.millrace.cli;
