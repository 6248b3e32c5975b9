/** The load process of Kafka. */
package io.millrace.benchmarks.kafka;
