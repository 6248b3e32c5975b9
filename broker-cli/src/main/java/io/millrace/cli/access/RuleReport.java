package io.millrace.cli.access;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Table;
import io.millrace.client.AccessRule;
import java.io.IOException;
import java.util.List;

/** Prints rules as text and as JSON. */
public final class RuleReport {

  private RuleReport() {}

  /** A table with one row for each rule. */
  public static String overview(List<AccessRule> rules) {
    Table table = new Table("PRINCIPAL", "PERMISSION");
    rules.forEach(rule -> table.add(rule.grantee(), rule.permission()));
    return table.toString();
  }

  /** Writes a list of rules. */
  public static void write(JsonGenerator json, List<AccessRule> rules) throws IOException {
    json.writeStartArray();
    for (AccessRule rule : rules) {
      json.writeStartObject();
      writeFields(json, rule);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Writes the fields of one rule. */
  public static void writeFields(JsonGenerator json, AccessRule rule) throws IOException {
    json.writeStringField("principal", rule.grantee());
    json.writeStringField("permission", rule.permission());
  }
}
