package io.millrace.server.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * An event with its time: one line of the audit log.
 *
 * @param times how many equal events the line stands for
 */
record AuditEntry(Instant time, AuditEvent event, long times) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** The line, without a line break: one JSON object with all fields, in a fixed order. */
  String toJson() {
    AuditActor actor = event.actor();
    StringBuilder json = new StringBuilder(256);
    json.append("{\"time\":\"");
    TIME.formatTo(time, json);
    json.append('"');
    append(json, "operation", event.operation());
    append(json, "resource", event.resource());
    append(json, "result", event.result().text());
    append(json, "code", event.result() == AuditResult.ALLOWED ? "" : event.code().name());
    append(json, "principal", actor.principal());
    append(json, "mechanism", actor.mechanism());
    append(json, "address", actor.address());
    append(json, "clientId", actor.clientId());
    append(json, "rule", event.rule());
    append(json, "reason", event.reason());
    return json.append(",\"times\":").append(times).append('}').toString();
  }

  private static void append(StringBuilder json, String name, String value) {
    json.append(",\"").append(name).append("\":");
    if (value.isEmpty()) {
      json.append("null");
    } else {
      AuditText.appendQuoted(json, value);
    }
  }
}
