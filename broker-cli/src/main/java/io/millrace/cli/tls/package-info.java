/** {@code millrace tls}: certificates to try TLS out. */
package io.millrace.cli.tls;
