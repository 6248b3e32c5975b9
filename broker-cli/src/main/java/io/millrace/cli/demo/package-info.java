/** {@code millrace demo}: prints sample events to try the broker with. */
package io.millrace.cli.demo;
