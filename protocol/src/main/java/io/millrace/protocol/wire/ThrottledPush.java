package io.millrace.protocol.wire;

/**
 * Reports that a quota delays what a client produces. The batches so far are appended as always;
 * the broker holds their answers back.
 *
 * @param kind the kind of the quota's subject, such as {@code client} or {@code source}
 * @param name the name of the subject
 * @param bytesPerSecond the quota
 * @param delayMs how long the quota delays the client from now on, unless it sends more
 * @param stopSending whether the client should send no PRODUCE in this time. False if the quota
 *     does not hold for all that the connection may send
 */
public record ThrottledPush(
    String kind, String name, long bytesPerSecond, int delayMs, boolean stopSending)
    implements Push {

  static ThrottledPush decode(WireReader in) {
    return new ThrottledPush(
        in.string("kind"),
        in.string("name"),
        in.i64("bytesPerSecond"),
        in.i32("delayMs"),
        in.bool("stopSending"));
  }

  @Override
  public Api api() {
    return Api.THROTTLED;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(kind);
    out.string(name);
    out.i64(bytesPerSecond);
    out.i32(delayMs);
    out.bool(stopSending);
  }
}
