package io.millrace.protocol.wire;

import java.util.List;

/**
 * Tokens.
 *
 * @param tokens sorted by user, then by time of creation
 */
public record ListTokensResponse(List<TokenInfo> tokens) implements Response {

  public ListTokensResponse {
    tokens = List.copyOf(tokens);
  }

  static ListTokensResponse decode(WireReader in) {
    return new ListTokensResponse(in.longList("tokens", TokenInfo.MIN_BYTES, TokenInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(tokens, TokenInfo::encode);
  }
}
