/** {@code millrace token}: the commands on tokens. */
package io.millrace.cli.token;
