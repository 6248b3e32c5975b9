package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Response;

/** Who waits for the answer to a request. Called on the event loop, once, by one of two ways. */
public interface ResponseHandler {

  /** What was asked: an answer to anything else breaks the protocol. */
  Api api();

  /** The broker has answered; its refusal is an answer too. */
  void answered(Response response);

  /** The connection broke before the answer; whether the request was carried out is unknown. */
  void lost(MillraceException cause);
}
