package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.SupportedVersions;

/**
 * The first answer to a client.
 *
 * @param versions the versions of the apis that the listener supports; the answer lists them
 * @param broker what a client learns about the broker when it is served
 * @param httpHint the sentence in the answer to HTTP on the native port that names the HTTP port
 */
record Greeting(SupportedVersions versions, BrokerInfo broker, String httpHint) {}
