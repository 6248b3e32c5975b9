/** {@code millrace server}: starts the broker in this process. */
package io.millrace.cli.server;
