package io.millrace.cli.user;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.access.AccessJson;
import io.millrace.cli.access.RuleReport;
import io.millrace.cli.access.TokenReport;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Table;
import io.millrace.client.AccessRule;
import io.millrace.client.TokenDescription;
import io.millrace.client.UserDescription;
import java.io.IOException;
import java.util.List;

/** Prints users as text and as JSON. */
final class UserReport {

  private static final String NONE = "-";

  private UserReport() {}

  /** A table with one row for each user. */
  static String overview(List<UserDescription> users) {
    Table table = new Table("USER", "ROLES", "LOGIN", "TOKENS");
    for (UserDescription user : users) {
      table.add(user.name(), roles(user), login(user), user.tokens());
    }
    return table.toString();
  }

  /** One user, its rules and its tokens. */
  static String details(
      UserDescription user, List<AccessRule> rules, List<TokenDescription> tokens) {
    StringBuilder text = new StringBuilder();
    text.append("user   ").append(Printable.line(user.name())).append('\n');
    text.append("roles  ").append(roles(user)).append('\n');
    text.append("login  ").append(login(user)).append('\n');
    if (!rules.isEmpty()) {
      text.append('\n').append(RuleReport.overview(rules));
    }
    if (!tokens.isEmpty()) {
      text.append('\n').append(TokenReport.overview(tokens));
    }
    return text.toString();
  }

  /** Writes a list of users. */
  static void write(JsonGenerator json, List<UserDescription> users) throws IOException {
    json.writeStartArray();
    for (UserDescription user : users) {
      json.writeStartObject();
      writeFields(json, user);
      json.writeNumberField("tokens", user.tokens());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Writes one user, its rules and its tokens. */
  static void write(
      JsonGenerator json,
      UserDescription user,
      List<AccessRule> rules,
      List<TokenDescription> tokens)
      throws IOException {
    json.writeStartObject();
    writeFields(json, user);
    json.writeFieldName("rules");
    RuleReport.write(json, rules);
    json.writeFieldName("tokens");
    TokenReport.write(json, tokens);
    json.writeEndObject();
  }

  private static void writeFields(JsonGenerator json, UserDescription user) throws IOException {
    json.writeStringField("user", user.name());
    AccessJson.writeTexts(json, "roles", user.roles());
    json.writeBooleanField("enabled", user.enabled());
    AccessJson.writeTexts(json, "mechanisms", user.mechanisms());
  }

  private static String roles(UserDescription user) {
    return user.roles().isEmpty() ? NONE : Printable.line(String.join(", ", user.roles()));
  }

  private static String login(UserDescription user) {
    if (!user.enabled()) {
      return "disabled";
    }
    return user.mechanisms().isEmpty() ? "no password" : "password";
  }
}
