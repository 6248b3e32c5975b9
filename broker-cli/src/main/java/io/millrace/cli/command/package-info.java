/**
 * The parts that every command is built from: streams, exit codes, common options, results, errors.
 */
package io.millrace.cli.command;
