package io.millrace.server.listener;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.config.ServerConfig;

/**
 * What all connections of a listener share.
 *
 * @param versions of the wire that the listener supports; the greeting lists them
 * @param greeting the answer to every Hello
 * @param whereHttpIs told to those who speak HTTP to the native port, a sentence
 */
record Service(
    ServerConfig.Limits limits,
    ServerConfig.Connections patience,
    Routes routes,
    SupportedVersions versions,
    HelloResponse greeting,
    String whereHttpIs,
    ListenerObserver observer) {}
