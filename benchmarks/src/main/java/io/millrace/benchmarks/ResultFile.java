package io.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** A file with a JSON object on each line: each sample, as soon as it exists. */
final class ResultFile implements Consumer<Sample>, AutoCloseable {

  private final BufferedWriter writer;
  private final JsonFactory json = new JsonFactory();

  private ResultFile(BufferedWriter writer) {
    this.writer = writer;
  }

  /** Creates the file, or empties it. */
  static ResultFile create(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return new ResultFile(Files.newBufferedWriter(file));
  }

  @Override
  public void accept(Sample sample) {
    try {
      write(sample);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a sample to the file of --out", e);
    }
  }

  private void write(Sample sample) throws IOException {
    JsonGenerator line = json.createGenerator(writer);
    line.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    line.writeStartObject();
    line.writeStringField("scenario", sample.scenario());
    line.writeStringField("system", sample.system());
    line.writeNumberField("round", sample.round());
    for (Map.Entry<String, Double> value : sample.values().entrySet()) {
      line.writeNumberField(value.getKey(), value.getValue());
    }
    line.writeEndObject();
    line.close();
    writer.newLine();
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
