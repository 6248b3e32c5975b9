package io.millrace.protocol.wire;

/** Loads certificates and other files with secrets again. */
public record ReloadRequest() implements Request {

  static ReloadRequest decode(WireReader in) {
    return new ReloadRequest();
  }

  @Override
  public Api api() {
    return Api.RELOAD;
  }

  @Override
  public void encode(WireWriter out) {}
}
