package io.millrace.server.listener;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.server.config.ServerConfig;

/**
 * What all connections of a listener share.
 *
 * @param greeting the answer to every Hello
 * @param whereHttpIs told to those who speak HTTP to the native port, a sentence
 */
record Service(
    ServerConfig.Limits limits,
    ServerConfig.Connections patience,
    Routes routes,
    HelloResponse greeting,
    String whereHttpIs,
    ListenerObserver observer) {}
