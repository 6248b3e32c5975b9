package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;

/**
 * A violation of the protocol by a client; fired as a pipeline event. The bytes after it cannot be
 * decoded.
 */
record ProtocolViolation(ErrorCode code, String message) {}
