package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.Api;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.listener.ListenerObserver.RequestTimer;
import java.util.EnumMap;
import java.util.Map;

/** The timers of all requests, by api. Any thread. */
final class RequestTimers {

  private final Map<Api, RequestTimer> byApi = new EnumMap<>(Api.class);

  private RequestTimers() {}

  static RequestTimers of(ListenerObserver observer) {
    RequestTimers timers = new RequestTimers();
    for (Api api : Api.values()) {
      if (!api.isPush()) {
        timers.byApi.put(api, observer.timer(api.name()));
      }
    }
    return timers;
  }

  void ended(Api api, long nanos) {
    byApi.get(api).ended(nanos);
  }
}
