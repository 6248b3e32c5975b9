/** {@code millrace user}: the commands on users. */
package io.millrace.cli.user;
