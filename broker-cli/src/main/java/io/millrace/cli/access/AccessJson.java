package io.millrace.cli.access;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.format.EventTime;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The forms that several commands about access print. */
public final class AccessJson {

  private AccessJson() {}

  /** A time as the commands print it: ISO-8601, UTC. */
  public static String time(Instant instant) {
    return EventTime.format(EventTime.ofInstant(instant));
  }

  /** Writes a list of texts. */
  public static void writeTexts(JsonGenerator json, String field, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
