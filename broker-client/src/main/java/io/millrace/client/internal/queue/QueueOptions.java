package io.millrace.client.internal.queue;

import io.millrace.protocol.wire.QueueSettingsInfo;
import java.time.Duration;

/**
 * The settings of a queue consumer.
 *
 * @param settings what it says about the queue
 * @param maxPollBytes the maximum size of the events of one poll
 * @param drain how long running handlers are waited for
 */
record QueueOptions(
    String queue,
    String topic,
    QueueSettingsInfo settings,
    int maxPollEvents,
    int maxPollBytes,
    Duration drain) {}
