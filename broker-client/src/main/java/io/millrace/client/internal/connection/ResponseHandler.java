package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Response;

/**
 * Handles the outcome of one request. Exactly one of {@link #answered} and {@link #lost} is called,
 * once, on the event loop.
 */
public interface ResponseHandler {

  /** The api of the request. A response of another api breaks the protocol. */
  Api api();

  /** The broker has answered, possibly with an error. */
  void answered(Response response);

  /** The connection broke before the response; the broker may have executed the request. */
  void lost(MillraceException cause);
}
