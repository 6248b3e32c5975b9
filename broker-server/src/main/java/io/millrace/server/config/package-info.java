/**
 * The configuration of the broker: an immutable tree of records, which {@link
 * io.millrace.server.config.ConfigLoader} fills from a file, the environment and the command line.
 */
package io.millrace.server.config;
