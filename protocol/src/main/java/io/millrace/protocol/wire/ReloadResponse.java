package io.millrace.protocol.wire;

import java.util.List;

/**
 * What a reload has done.
 *
 * @param outcomes in words, one for each thing that was loaded
 */
public record ReloadResponse(List<String> outcomes) implements Response {

  public ReloadResponse {
    outcomes = List.copyOf(outcomes);
  }

  static ReloadResponse decode(WireReader in) {
    return new ReloadResponse(
        in.longList("outcomes", WireReader.MIN_STRING_BYTES, each -> each.string("outcomes")));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(outcomes, (each, to) -> to.string(each));
  }
}
