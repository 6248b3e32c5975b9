package io.millrace.cli.access;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Table;
import io.millrace.client.TokenDescription;
import java.io.IOException;
import java.util.List;

/** Prints tokens as text and as JSON, without their secrets. */
public final class TokenReport {

  private TokenReport() {}

  /** A table with one row for each token. */
  public static String overview(List<TokenDescription> tokens) {
    Table table = new Table("ID", "NAME", "USER", "CREATED", "EXPIRES", "LIMITED TO");
    for (TokenDescription token : tokens) {
      table.add(
          token.id(),
          token.name(),
          token.user(),
          AccessJson.time(token.createdAt()),
          token.expiresAt().map(AccessJson::time).orElse("never"),
          token.scope().isEmpty() ? "-" : String.join("; ", token.scope()));
    }
    return table.toString();
  }

  /** Writes a list of tokens. */
  public static void write(JsonGenerator json, List<TokenDescription> tokens) throws IOException {
    json.writeStartArray();
    for (TokenDescription token : tokens) {
      json.writeStartObject();
      json.writeStringField("id", token.id());
      json.writeStringField("name", token.name());
      json.writeStringField("user", token.user());
      json.writeStringField("createdAt", AccessJson.time(token.createdAt()));
      json.writeStringField("expiresAt", token.expiresAt().map(AccessJson::time).orElse(null));
      AccessJson.writeTexts(json, "scope", token.scope());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
