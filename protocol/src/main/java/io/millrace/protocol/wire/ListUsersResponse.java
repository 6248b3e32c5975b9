package io.millrace.protocol.wire;

import java.util.List;

/**
 * The users.
 *
 * @param users sorted by name
 */
public record ListUsersResponse(List<UserInfo> users) implements Response {

  public ListUsersResponse {
    users = List.copyOf(users);
  }

  static ListUsersResponse decode(WireReader in) {
    return new ListUsersResponse(in.longList("users", UserInfo.MIN_BYTES, UserInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(users, UserInfo::encode);
  }
}
