package io.millrace.server.status;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.BrokerException;
import io.millrace.protocol.Quoted;
import io.millrace.server.log.LineLimit;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JSON object of parts. If a part fails, its value is {@code null}, the field {@code problems}
 * says why, and the other parts are as usual. One thread.
 */
final class PartialPage {

  private static final Logger LOG = LoggerFactory.getLogger(PartialPage.class);
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_PROBLEMS = 100;
  private static final LineLimit LINES = new LineLimit();

  /** Writes one value. */
  @FunctionalInterface
  interface Value {
    void write(JsonGenerator json) throws IOException;
  }

  private final JsonGenerator json;
  private final String path;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param json within an object, to which the parts are added
   * @param path of the page, for the log
   */
  PartialPage(JsonGenerator json, String path) {
    this.json = json;
    this.path = path;
  }

  /** Makes a value that may fail. */
  <T> T evaluate(String name, Supplier<T> value, T ifItFails) {
    try {
      return value.get();
    } catch (RuntimeException | Error e) {
      failed(name, e);
      return ifItFails;
    }
  }

  /** Writes a field whose value may fail. */
  void field(String name, Value value) throws IOException {
    json.writeFieldName(name);
    element(name, value);
  }

  /**
   * Writes an element of an array, or a value, that may fail.
   *
   * @param name in the list of problems
   */
  void element(String name, Value value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator part = JSON.createGenerator(text)) {
      value.write(part);
    } catch (RuntimeException | Error e) {
      failed(name, e);
      json.writeNull();
      return;
    }
    json.writeRawValue(text.toString());
  }

  /** Writes the field {@code problems}: one for each part that has failed. */
  void end() throws IOException {
    json.writeArrayFieldStart("problems");
    for (String problem : problems) {
      json.writeString(problem);
    }
    json.writeEndArray();
  }

  /** Why a part or a page failed. The log has the stack of an unexpected failure. */
  static String reason(Throwable cause) {
    return cause instanceof StorageException || cause instanceof BrokerException
        ? cause.getMessage()
        : "it could not be read; see the broker's log";
  }

  private void failed(String name, Throwable cause) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(name + ": " + reason(cause));
    }
    long times = LINES.count();
    if (times > 0) {
      LOG.error(
          "event=page_part_failed path={} part={} times={}",
          path,
          Quoted.logValue(name),
          times,
          cause);
    }
  }
}
