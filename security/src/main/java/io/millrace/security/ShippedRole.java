package io.millrace.security;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The roles that every broker knows. They cannot be removed. A rule for such a role adds to its
 * permissions.
 */
public enum ShippedRole {
  /** Everything, also on internal topics. */
  ADMIN(
      "create topic:*",
      "create topic:__*",
      "alter topic:*",
      "alter topic:__*",
      "delete topic:*",
      "delete topic:__*",
      "read topic:*",
      "read topic:__*",
      "write topic:*",
      "write topic:__*",
      "join group:*",
      "alter group:*",
      "reset group:*",
      "delete group:*",
      "describe broker",
      "metrics broker",
      "admin broker"),
  /** Runs the broker: everything but the values of events, users, tokens and rules. */
  OPERATOR(
      "create topic:*",
      "alter topic:*",
      "delete topic:*",
      "describe topic:__*",
      "alter group:*",
      "reset group:*",
      "delete group:*",
      "describe broker",
      "metrics broker"),
  /** Appends to every topic. */
  PRODUCER("write topic:*"),
  /** Reads every topic, alone and in every group. */
  CONSUMER("read topic:*", "join group:*"),
  /** Sees everything but the values of events. */
  VIEWER("describe topic:*", "describe group:*", "describe broker", "metrics broker");

  private final List<Permission> permissions;

  ShippedRole(String... permissions) {
    this.permissions = Arrays.stream(permissions).map(PermissionText::parse).toList();
  }

  /** The name in rules and in the roles of a user, such as {@code producer}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the role allows without a rule. */
  public List<Permission> permissions() {
    return permissions;
  }

  /** The role with this name; empty for a role that rules define. */
  public static Optional<ShippedRole> find(String name) {
    return Arrays.stream(values()).filter(role -> role.text().equals(name)).findFirst();
  }
}
