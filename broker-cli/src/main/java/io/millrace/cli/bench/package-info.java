/** {@code millrace bench}: puts load on a running broker with the Java client, or tortures one. */
package io.millrace.cli.bench;
