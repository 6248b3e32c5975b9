/** Reading: {@code consume}, {@code tail} and {@code sources}. */
package io.millrace.cli.consume;
