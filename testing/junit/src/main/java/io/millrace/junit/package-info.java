/**
 * Millrace in JUnit tests: {@link io.millrace.junit.MillraceTest} gives a test class an {@link
 * io.millrace.embedded.EmbeddedBroker}.
 */
package io.millrace.junit;
