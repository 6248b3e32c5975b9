package io.millrace.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of the audit log, byte for byte, and with hostile names. */
class AuditEntryTest {

  private static final Instant TIME = Instant.parse("2026-12-01T09:08:07.000005999Z");
  private static final AuditActor ALICE =
      new AuditActor("alice", "SCRAM-SHA-256", "10.0.0.7:51234", "billing-1");

  @Test
  void aDenialIsThisLine() {
    AuditEvent denied =
        AuditEvent.denied(
            ALICE,
            "write",
            "topic:rides",
            ErrorCode.NOT_AUTHORIZED,
            "principal 'alice' is not allowed to write topic 'rides'");
    assertThat(new AuditEntry(TIME, denied, 7).toJson())
        .isEqualTo(
            "{\"time\":\"2026-12-01T09:08:07.000005Z\",\"operation\":\"write\","
                + "\"resource\":\"topic:rides\",\"result\":\"denied\","
                + "\"code\":\"NOT_AUTHORIZED\",\"principal\":\"alice\","
                + "\"mechanism\":\"SCRAM-SHA-256\",\"address\":\"10.0.0.7:51234\","
                + "\"clientId\":\"billing-1\",\"rule\":null,"
                + "\"reason\":\"principal 'alice' is not allowed to write topic 'rides'\","
                + "\"times\":7}");
  }

  @Test
  void anEventOfTheBrokerIsThisLine() {
    assertThat(new AuditEntry(Instant.EPOCH, BrokerEvents.stopped(), 1).toJson())
        .isEqualTo(
            "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"operation\":\"stop\","
                + "\"resource\":\"broker\",\"result\":\"allowed\",\"code\":null,"
                + "\"principal\":null,\"mechanism\":null,\"address\":null,\"clientId\":null,"
                + "\"rule\":null,\"reason\":null,\"times\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\",\"result\":\"allowed",
        "a\\\",\\\"result\\\":\\\"allowed",
        "a\nb\r\tc\u0000\u001b[2J\u007f\u0085\u2028\u2029",
        "\u202egro.live\u200f\u2066",
        "Zoë 東京 \ud83d\ude80",
        "'; --"
      })
  void noNameBreaksItsLineOrChangesAnotherField(String name) throws IOException {
    AuditActor hostile = new AuditActor(name, name, name, name);
    AuditEvent event = AuditEvent.denied(hostile, name, name, ErrorCode.NOT_AUTHORIZED, name);
    String line = new AuditEntry(TIME, event, 1).toJson();

    assertThat(line).doesNotContainPattern("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u200f\\u2066]");
    Map<String, String> fields = parse(line);
    assertThat(fields).containsEntry("result", "denied").containsEntry("times", "1");
    for (String field : new String[] {"operation", "resource", "principal", "clientId", "reason"}) {
      assertThat(fields).containsEntry(field, name);
    }
  }

  @Test
  void halfASurrogatePairIsReplaced() throws IOException {
    AuditActor actor = new AuditActor("a\ud83d", "", "", "\ude80b");
    String line =
        new AuditEntry(TIME, AuditEvent.allowed(actor, "login", "broker", ""), 1).toJson();
    assertThat(parse(line))
        .containsEntry("principal", "a\ufffd")
        .containsEntry("clientId", "\ufffdb");
  }

  @Test
  void aLongNameIsShortened() throws IOException {
    AuditActor actor =
        new AuditActor("", "", "", "x".repeat(511) + "\ud83d\ude80" + "y".repeat(65_000));
    String line =
        new AuditEntry(TIME, AuditEvent.allowed(actor, "login", "broker", ""), 1).toJson();
    assertThat(parse(line)).containsEntry("clientId", "x".repeat(511) + "...(65513 chars)");
  }

  /** The fields; a duplicate one fails. */
  static Map<String, String> parse(String line) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser json =
        new JsonFactory()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .createParser(line)) {
      assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        fields.put(name, json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText());
      }
      assertThat(json.nextToken()).isNull();
    }
    return fields;
  }
}
