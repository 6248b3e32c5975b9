package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/** What the broker says unasked. */
public sealed interface Push permits DeliverPush, SubscriptionEndedPush, GoAwayPush {

  /** Its row in the table of apis. */
  Api api();

  /** Writes the body, without the frame around it. */
  void encode(ByteBuf out);
}
