/**
 * RabbitMQ streams as a benchmark's peer: their client behind the calls that the workloads need.
 */
package io.millrace.benchmarks.rabbitmq;
