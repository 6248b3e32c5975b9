package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextWriterTest {

  @Test
  void anEventIsTimePartitionOffsetSourceKeyAndValue() throws IOException {
    assertThat(print(EventFormat.text, event("ride-1", "{\"fare\": 12.40} für")))
        .isEqualTo("1970-01-01T00:00:01.500000Z 3@42 car-7 ride-1 {\"fare\": 12.40} für\n");
  }

  @Test
  void headersAreInBracketsAndAnAbsentKeyIsADash() throws IOException {
    List<Header> headers = List.of(new Header("a", utf8("b")), new Header("c", null));
    assertThat(print(EventFormat.text, event("s", null, null, headers)))
        .endsWith(" s - [a=b] [c=-] -\n");
  }

  @Test
  void noEventCanControlTheTerminal() throws IOException {
    String line = print(EventFormat.text, event("k", "a\u001b[2J\r\n\u007f\u009b\tü"));
    assertThat(line).endsWith(" a\\x1b[2J\\r\\n\\x7f\\xc2\\x9b\tü\n");
  }

  @Test
  void otherBytesThanUtf8AreInBase64() throws IOException {
    byte[] value = {(byte) 0xff, 0};
    assertThat(print(EventFormat.text, event("s", null, value, List.of())))
        .endsWith(" - base64:/wA=\n");
  }

  @Test
  void valueIsTheBytesAndANewline() throws IOException {
    assertThat(print(EventFormat.value, event("k", "a\r"))).isEqualTo("a\r\n");
    assertThat(print(EventFormat.value, event("s", null, null, List.of()))).isEqualTo("\n");
  }

  private static ConsumedEvent event(String key, String value) {
    return event("car-7", utf8(key), utf8(value), List.of());
  }

  private static ConsumedEvent event(
      String source, byte[] key, byte[] value, List<Header> headers) {
    return new ConsumedEvent("t", 3, 42, 1_500_000, 0, source, key, value, headers);
  }

  private static String print(EventFormat format, ConsumedEvent event) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventWriter writer = format.writer(out);
    writer.write(event);
    writer.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
