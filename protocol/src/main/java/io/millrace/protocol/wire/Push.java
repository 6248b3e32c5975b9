package io.millrace.protocol.wire;

/** A message that the broker sends on its own, not in response to a request. */
public sealed interface Push
    permits DeliverPush,
        SubscriptionEndedPush,
        GoAwayPush,
        GroupChangedPush,
        FilterProgressPush,
        ThrottledPush {

  /** The api of this message. */
  Api api();

  /** Writes the body of the frame in the version of the writer. */
  void encode(WireWriter out);
}
