/**
 * The metrics of the broker in the format of Prometheus. A new metric is added in {@link
 * io.millrace.server.metrics.ServerMetrics}, or in {@code TopicMeters} if it belongs to a topic.
 */
package io.millrace.server.metrics;
