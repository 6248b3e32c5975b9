package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Event;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineDecoderTest {

  @Test
  void withoutFieldsAnyLineIsAValue() {
    byte[] line = {(byte) 0xff, 0, '\r'};
    Event event = new LineDecoder(utf8("k"), null, null, null).decode(line).build();
    assertThat(event.value()).isEqualTo(line);
    assertThat(event.key()).asString().isEqualTo("k");
    assertThat(event.source()).isNull();
    assertThat(event.timestamp()).isNull();
  }

  @Test
  void timeSourceAndKeyAreReadFromTheUnchangedLine() {
    String line =
        "{\"skip\":{\"s\":\"no\",\"l\":[1,{\"ts\":2}]}, \"ts\":1594598424.5023336,"
            + "\"data\":{\"x\":1,\"s\":\"BTC\"},\"device\":\"iot-01\"}";
    Event event = decoder("ts", "device", "data.s").decode(utf8(line)).build();
    assertThat(event.timestamp()).isEqualTo("2020-07-13T00:00:24.502334Z");
    assertThat(event.source()).isEqualTo("iot-01");
    assertThat(event.key()).asString().isEqualTo("BTC");
    assertThat(event.value()).asString().isEqualTo(line);
  }

  @Test
  void numbersAndBooleansAreUsedAsTheyAreWritten() {
    Event event = decoder(null, "a", "b").decode(utf8("{\"a\":1.50,\"b\":true}")).build();
    assertThat(event.source()).isEqualTo("1.50");
    assertThat(event.key()).asString().isEqualTo("true");
  }

  @Test
  void aNullKeyIsNoKeyAndAnEmptyKeyIsAKey() {
    LineDecoder decoder = decoder(null, null, "k");
    assertThat(decoder.decode(utf8("{\"k\":null}")).build().key()).isNull();
    assertThat(decoder.decode(utf8("{\"k\":\"\"}")).build().key()).isEmpty();
  }

  @Test
  void oneFieldMayBeUsedTwice() {
    Event event = decoder(null, "id", "id").decode(utf8("{\"id\":\"a\"}")).build();
    assertThat(event.source()).isEqualTo("a");
    assertThat(event.key()).asString().isEqualTo("a");
  }

  @Test
  void aDotInANameIsEscaped() {
    Event event = decoder(null, "a\\.b.c", null).decode(utf8("{\"a.b\":{\"c\":\"x\"}}")).build();
    assertThat(event.source()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"ts\":1}|the field 'device' is missing",
        "{\"device\":\"d\"}|the field 'ts' is missing",
        "{\"ts\":1,\"device\":null}|the field 'device' is null, not a source",
        "{\"ts\":null,\"device\":\"d\"}|the field 'ts' is null, not a time",
        "{\"ts\":1,\"device\":{\"a\":1}}|the field 'device' is not a single value",
        "{\"ts\":\"soon\",\"device\":\"d\"}|'soon' is not a time",
        "[1]|the line is not a JSON object",
        "plain|the line is not JSON",
        "{\"ts\":1,|the line is not JSON",
        "``|the line is not a JSON object",
      })
  void aLineThatDoesNotHaveTheFieldsIsRefused(String line, String message) {
    assertThatThrownBy(() -> decoder("ts", "device", null).decode(utf8(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"''", "a..b", ".a", "a."})
  void aPathWithAnEmptyNameIsRefused(String path) {
    assertThatThrownBy(() -> FieldPath.parse(path)).hasMessageContaining("is not a field path");
  }

  private static LineDecoder decoder(String timestamp, String source, String key) {
    return new LineDecoder(null, path(timestamp), path(source), path(key));
  }

  private static FieldPath path(String text) {
    return text == null ? null : FieldPath.parse(text);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
