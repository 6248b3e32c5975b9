/** {@code millrace demo}: made-up events to try the broker with. */
package io.millrace.cli.demo;
