/** {@code millrace acl}: the commands on rules. */
package io.millrace.cli.acl;
