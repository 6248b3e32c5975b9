/** The commands that read events: {@code consume}, {@code tail} and {@code sources}. */
package io.millrace.cli.consume;
