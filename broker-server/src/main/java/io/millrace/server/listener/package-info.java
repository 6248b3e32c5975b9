/** What all listeners share: their event loops, and what they report for metrics. */
package io.millrace.server.listener;
