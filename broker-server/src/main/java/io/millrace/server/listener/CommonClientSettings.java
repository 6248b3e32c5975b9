package io.millrace.server.listener;

import io.millrace.server.settings.ConnectionSettings;
import io.millrace.server.settings.Limits;

/**
 * The settings that hold for the clients of all listeners.
 *
 * @param defaultPartitions number of partitions of a topic whose creator gives none
 */
public record CommonClientSettings(
    Limits limits, ConnectionSettings connections, int defaultPartitions) {}
