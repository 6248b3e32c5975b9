/** The command {@code produce}, which sends lines or JSON objects as events. */
package io.millrace.cli.produce;
