/** The load process of RabbitMQ streams. */
package io.millrace.benchmarks.rabbitmq;
