/** {@code millrace bench}: real load, with the real client, on a running broker. */
package io.millrace.cli.bench;
