package io.millrace.protocol.wire;

/** What the broker says unasked. */
public sealed interface Push permits DeliverPush, SubscriptionEndedPush, GoAwayPush {

  /** Its row in the table of apis. */
  Api api();

  /** Writes the body, without the frame around it. */
  void encode(WireWriter out);
}
