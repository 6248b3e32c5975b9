package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;

/**
 * The first answer to a client.
 *
 * @param versions the versions of the apis that the listener supports; the answer lists them
 * @param response the answer to HELLO
 * @param httpHint the sentence in the answer to HTTP on the native port that names the HTTP port
 */
record Greeting(SupportedVersions versions, HelloResponse response, String httpHint) {}
