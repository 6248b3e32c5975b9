package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;

/**
 * What a client did that the protocol does not allow; fired as a pipeline event. Nothing that comes
 * after it can be read.
 */
record ProtocolViolation(ErrorCode code, String message) {}
