package io.millrace.server.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The time in which a client has taken none of the bytes that wait for it. It compares the first
 * unsent buffer with the one of the last call. Event loop of the channel.
 */
public final class WriteStall {

  private final Channel channel;

  // At the last call: the first unsent buffer, and how many of its bytes were sent.
  private Object firstUnsent;
  private long sentOfFirst;
  private long progressAt;

  /** Begins without unsent bytes. */
  public WriteStall(Channel channel) {
    this.channel = channel;
  }

  /** The time without progress, up to now; 0 if no bytes wait. */
  public long nanos(long now) {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    Object first = unsent == null ? null : unsent.current();
    long sent = unsent == null ? 0 : unsent.currentProgress();
    if (first == null || first != firstUnsent || sent != sentOfFirst) {
      firstUnsent = first;
      sentOfFirst = sent;
      progressAt = now;
    }
    return now - progressAt;
  }
}
