/** {@code millrace topic}: creates, lists, describes, alters and deletes topics. */
package io.millrace.cli.topic;
