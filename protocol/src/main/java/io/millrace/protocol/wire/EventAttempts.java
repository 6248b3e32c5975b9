package io.millrace.protocol.wire;

/**
 * The failed deliveries of neighbouring events of a {@link TakeResponse}.
 *
 * @param count number of events, 1 or more
 * @param attempts failed deliveries of each of them
 */
public record EventAttempts(int count, int attempts) {

  static final int MIN_BYTES = 4 + 4;

  static EventAttempts decode(WireReader in) {
    return new EventAttempts(in.i32("count"), in.i32("attempts"));
  }

  void encode(WireWriter out) {
    out.i32(count);
    out.i32(attempts);
  }
}
