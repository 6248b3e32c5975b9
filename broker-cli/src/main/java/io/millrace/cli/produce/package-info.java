/** Writing: {@code produce}, from lines or JSON to acknowledged events. */
package io.millrace.cli.produce;
