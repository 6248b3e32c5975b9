package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.server.listener.ListenerObserver;
import java.util.ArrayList;
import java.util.List;

/** Records the apis of the requests that have ended, and why connections were closed; in order. */
final class EndedRequests implements ListenerObserver {

  private final List<Api> apis = new ArrayList<>();
  private final List<ErrorCode> refusals = new ArrayList<>();

  List<ErrorCode> refusals() {
    return refusals;
  }

  private final List<ErrorCode> reasons = new ArrayList<>();

  List<ErrorCode> reasons() {
    return reasons;
  }

  List<Api> apis() {
    return apis;
  }

  @Override
  public void connected() {}

  @Override
  public void disconnected() {}

  @Override
  public void sentAway(ErrorCode reason) {
    reasons.add(reason);
  }

  @Override
  public void refused(ErrorCode reason) {
    refusals.add(reason);
  }

  @Override
  public RequestTimer timer(String api) {
    return nanos -> apis.add(Api.valueOf(api));
  }
}
