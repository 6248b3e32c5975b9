/**
 * The command line. {@link io.millrace.cli.Millrace} is the entry point and lists the commands.
 * Each command, or group of commands, has a package. The package {@code command} has the parts that
 * they share; {@code format} reads and writes events as text. Commands depend neither on each other
 * nor on the entry point.
 */
package io.millrace.cli;
