package io.millrace.cli.format;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.millrace.cli.command.JsonBytes;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import io.millrace.protocol.record.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Prints each event as an {@link EventJson} object on its own line. */
final class EventJsonWriter implements EventWriter {

  private static final SerializedString TOPIC = new SerializedString(EventJson.TOPIC);
  private static final SerializedString PARTITION = new SerializedString(EventJson.PARTITION);
  private static final SerializedString OFFSET = new SerializedString(EventJson.OFFSET);
  private static final SerializedString TIMESTAMP = new SerializedString(EventJson.TIMESTAMP);
  private static final SerializedString APPEND_TIME = new SerializedString(EventJson.APPEND_TIME);
  private static final SerializedString SOURCE = new SerializedString(EventJson.SOURCE);
  private static final SerializedString HEADERS = new SerializedString(EventJson.HEADERS);

  private final JsonGenerator json;

  EventJsonWriter(OutputStream out) throws IOException {
    this.json = EventJson.factory().createGenerator(new JsonBytes(out), JsonEncoding.UTF8);
    json.setRootValueSeparator(null);
  }

  @Override
  public void write(ConsumedEvent event) throws IOException {
    json.writeStartObject();
    json.writeFieldName(TOPIC);
    json.writeString(event.topic());
    json.writeFieldName(PARTITION);
    json.writeNumber(event.partition());
    json.writeFieldName(OFFSET);
    json.writeNumber(event.offset());
    json.writeFieldName(TIMESTAMP);
    writeTime(event.timestampMicros());
    json.writeFieldName(APPEND_TIME);
    writeTime(event.appendTimeMicros());
    json.writeFieldName(SOURCE);
    json.writeString(event.source());
    writeBytes(EventJson.KEY, EventJson.KEY_BASE64, event.key());
    writeBytes(EventJson.VALUE, EventJson.VALUE_BASE64, event.value());
    json.writeFieldName(HEADERS);
    json.writeStartArray();
    for (Header header : event.headers()) {
      json.writeStartObject();
      json.writeStringField(EventJson.NAME, header.name());
      writeBytes(EventJson.VALUE, EventJson.VALUE_BASE64, header.value());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  private void writeTime(long micros) throws IOException {
    byte[] text = EventTime.formatBytes(micros);
    json.writeRawUTF8String(text, 0, text.length);
  }

  private void writeBytes(String name, String base64Name, byte[] bytes) throws IOException {
    if (bytes == null) {
      json.writeNullField(name);
    } else if (Utf8.isValid(ByteBuffer.wrap(bytes), 0, bytes.length)) {
      json.writeFieldName(name);
      json.writeUTF8String(bytes, 0, bytes.length);
    } else {
      json.writeFieldName(base64Name);
      json.writeBinary(bytes);
    }
  }
}
