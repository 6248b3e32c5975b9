/**
 * The command line: {@link io.millrace.cli.Millrace} is the way in; each command is a class. What
 * events look like as text stands in {@code format}, load generators in {@code bench}, the look at
 * files in {@code log}.
 */
package io.millrace.cli;
