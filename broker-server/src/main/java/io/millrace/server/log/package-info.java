/** The rate of log lines. */
package io.millrace.server.log;
