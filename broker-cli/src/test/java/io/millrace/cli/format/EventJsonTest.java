package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventJsonTest {

  private static final long MICROS = 1_763_803_800_123_456L;

  private final EventJsonReader reader = new EventJsonReader();

  @Test
  void anEventIsOneLineWithAllItsFields() throws IOException {
    List<Header> headers =
        List.of(
            new Header("trace", utf8("a")),
            new Header("trace", new byte[] {(byte) 0xff}),
            new Header("none", null));
    ConsumedEvent event =
        new ConsumedEvent(
            "rides", 2, 17, MICROS, MICROS + 1, "vehicle-17", utf8("k"), utf8("a\n\"ü"), headers);
    assertThat(print(event))
        .isEqualTo(
            "{\"topic\":\"rides\",\"partition\":2,\"offset\":17,"
                + "\"timestamp\":\"2025-11-22T09:30:00.123456Z\","
                + "\"appendTime\":\"2025-11-22T09:30:00.123457Z\",\"source\":\"vehicle-17\","
                + "\"key\":\"k\",\"value\":\"a\\n\\\"ü\",\"headers\":["
                + "{\"name\":\"trace\",\"value\":\"a\"},"
                + "{\"name\":\"trace\",\"valueBase64\":\"/w==\"},"
                + "{\"name\":\"none\",\"value\":null}]}\n");
  }

  @Test
  void anAbsentKeyIsNullAndOtherBytesThanUtf8AreBase64() throws IOException {
    ConsumedEvent event =
        new ConsumedEvent("t", 0, 0, 0, 0, "s", null, new byte[] {(byte) 0xc3, 0x28}, List.of());
    assertThat(print(event))
        .contains("\"key\":null,\"valueBase64\":\"wyg=\",\"headers\":[]")
        .doesNotContain("\"value\"");
  }

  @Test
  void everyEventIsReadBackUnchanged() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      List<Header> headers = new ArrayList<>();
      for (int h = random.nextInt(4); h > 0; h--) {
        headers.add(new Header("h" + random.nextInt(3), bytes(random)));
      }
      ConsumedEvent event =
          new ConsumedEvent(
              "t", 1, i, random.nextLong(), 0, "s" + i, bytes(random), bytes(random), headers);
      String line = print(event);
      Event read = reader.decode(utf8(line.substring(0, line.length() - 1))).build();
      assertThat(line.indexOf('\n')).as("seed %d: %s", seed, line).isEqualTo(line.length() - 1);
      assertThat(read.timestamp()).as("seed %d: %s", seed, line).isEqualTo(event.timestamp());
      assertThat(read.source()).isEqualTo(event.source());
      assertThat(read.key()).as("seed %d: %s", seed, line).isEqualTo(event.key());
      assertThat(read.value()).as("seed %d: %s", seed, line).isEqualTo(event.value());
      assertThat(text(read.headers()))
          .as("seed %d: %s", seed, line)
          .isEqualTo(text(event.headers()));
    }
  }

  @Test
  void anAbsentFieldGetsTheDefaultOfTheProducer() {
    Event event = reader.decode(utf8("{\"value\":\"v\"}")).build();
    assertThat(event.value()).asString().isEqualTo("v");
    assertThat(event.timestamp()).isNull();
    assertThat(event.source()).isNull();
    assertThat(event.key()).isNull();
    assertThat(event.headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|the field 'value' (or 'valueBase64') is missing",
        "{\"value\":\"v\",\"tiem\":1}|unknown field 'tiem'",
        "{\"value\":1}|the field 'value' is not a string",
        "{\"value\":{}}|the field 'value' is not a string",
        "{\"valueBase64\":\"*\"}|the field 'valueBase64' is not Base64",
        "{\"value\":\"\\ud800\"}|the field 'value': half a surrogate pair",
        "{\"value\":\"v\",\"timestamp\":\"soon\"}|'soon' is not a time",
        "{\"value\":\"v\",\"timestamp\":true}|the field 'timestamp' is not a time",
        "{\"value\":\"v\",\"headers\":{}}|the field 'headers' is not a list",
        "{\"value\":\"v\",\"headers\":[1]}|the field 'headers' is not a list of objects",
        "{\"value\":\"v\",\"headers\":[{\"value\":\"x\"}]}|a header has no 'name'",
        "{\"value\":\"v\",\"headers\":[{\"name\":\"\"}]}|a header name must not be empty",
        "{\"value\":\"v\"} {}|there is text after the JSON object",
        "{\"value\":\"v\"|the line is not JSON",
        "[]|the line is not a JSON object",
        "``|the line is not a JSON object",
      })
  void anInvalidEventIsRefused(String line, String message) {
    assertThatThrownBy(() -> reader.decode(utf8(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static String text(List<Header> headers) {
    return headers.stream()
        .map(header -> header.name() + "=" + Arrays.toString(header.value()))
        .collect(Collectors.joining(","));
  }

  private static byte[] bytes(Random random) {
    if (random.nextInt(8) == 0) {
      return null;
    }
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 0x7f;
      }
    }
    return bytes;
  }

  private static String print(ConsumedEvent event) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventWriter writer = EventFormat.json.writer(out);
    writer.write(event);
    writer.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
