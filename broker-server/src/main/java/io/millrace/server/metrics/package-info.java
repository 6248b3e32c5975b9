/**
 * What the broker counts and how it is told to Prometheus. One public way in: {@link
 * io.millrace.server.metrics.ServerMetrics}.
 */
package io.millrace.server.metrics;
