/**
 * The text forms of events that commands read and print. It does not depend on other packages of
 * the command line.
 */
package io.millrace.cli.format;
