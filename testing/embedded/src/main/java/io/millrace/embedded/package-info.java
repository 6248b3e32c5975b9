/**
 * A broker inside a test. {@link io.millrace.embedded.EmbeddedBroker} starts it, stops it, and
 * injects faults; {@link io.millrace.embedded.ManualClock} moves its time.
 */
package io.millrace.embedded;
