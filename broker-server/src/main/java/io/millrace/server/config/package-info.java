/**
 * The broker's settings: an immutable tree of records, and the one way to fill it from a file, the
 * environment and the command line.
 */
package io.millrace.server.config;
