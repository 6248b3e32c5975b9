package io.millrace.protocol.wire;

/** A message from the broker without a request of its own. */
public sealed interface Push permits DeliverPush, SubscriptionEndedPush, GoAwayPush {

  /** The api of this message. */
  Api api();

  /** Writes the body of the frame in the version of the writer. */
  void encode(WireWriter out);
}
