/** The load process of NATS JetStream. */
package io.millrace.benchmarks.nats;
