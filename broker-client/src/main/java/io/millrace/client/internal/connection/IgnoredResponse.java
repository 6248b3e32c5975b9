package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Response;

/**
 * Ignores the response to a request.
 *
 * @param api the api of the request
 */
public record IgnoredResponse(Api api) implements ResponseHandler {

  @Override
  public void answered(Response response) {}

  @Override
  public void lost(MillraceException cause) {}
}
