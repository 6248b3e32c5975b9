/** {@code millrace status}: the state of the broker as a whole. */
package io.millrace.cli.status;
