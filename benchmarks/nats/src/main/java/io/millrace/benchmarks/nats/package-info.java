/** NATS JetStream as a benchmark's peer: its client behind the calls that the workloads need. */
package io.millrace.benchmarks.nats;
