/** Parts that all commands share: streams, exit codes, common options, results and errors. */
package io.millrace.cli.command;
