package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.format.EventTime;
import io.millrace.storage.mapped.tool.LogInspector.BatchView;
import io.millrace.storage.mapped.tool.LogInspector.CheckpointView;
import io.millrace.storage.mapped.tool.LogInspector.ClosedView;
import io.millrace.storage.mapped.tool.LogInspector.RegisteredView;
import java.io.IOException;
import java.util.List;

/** Writes inspected logs as JSON. */
final class LogJson {

  private LogJson() {}

  static void write(JsonGenerator json, InspectedLog log) throws IOException {
    json.writeStartObject();
    json.writeStringField("log", log.name());
    LogTopics.write(log.topic(), json);
    JsonFields.writeNumber(
        json, "closedAtOffset", log.closed().stream().mapToLong(ClosedView::endOffset).findFirst());
    json.writeFieldName("checkpoint");
    if (log.checkpoint().isPresent()) {
      write(json, log.checkpoint().get());
    } else {
      json.writeNull();
    }
    json.writeFieldName("register");
    if (log.registered().isPresent()) {
      write(json, log.registered().get());
    } else {
      json.writeNull();
    }
    writeTexts(json, "leftovers", log.leftovers());
    writeTexts(json, "problems", log.stateProblems());
    json.writeArrayFieldStart("segments");
    for (InspectedSegment segment : log.segments()) {
      write(json, segment);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, CheckpointView checkpoint) throws IOException {
    json.writeStartObject();
    json.writeNumberField("offset", checkpoint.offset());
    json.writeNumberField("durable", checkpoint.durableOffset());
    json.writeNumberField("segment", checkpoint.segment());
    json.writeNumberField("position", checkpoint.position());
    json.writeNumberField("stateBytes", checkpoint.stateBytes());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, RegisteredView registered) throws IOException {
    json.writeStartObject();
    json.writeNumberField("start", registered.startOffset());
    json.writeNumberField("newestSegment", registered.newestSegment());
    json.writeNumberField("durable", registered.durableOffset());
    json.writeNumberField("epoch", registered.epoch());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, InspectedSegment segment) throws IOException {
    json.writeStartObject();
    json.writeStringField("file", segment.view().file().getFileName().toString());
    json.writeNumberField("baseOffset", segment.view().baseOffset());
    json.writeNumberField("sizeBytes", segment.view().bytes());
    json.writeNumberField("usedBytes", segment.usedBytes());
    json.writeNumberField("indexEntries", segment.view().indexEntries());
    json.writeNumberField("batches", segment.batchCount());
    json.writeNumberField("events", segment.eventCount());
    if (segment.last() == null) {
      json.writeNullField("firstOffset");
      json.writeNullField("endOffset");
      json.writeNullField("firstAppendTime");
      json.writeNullField("lastAppendTime");
    } else {
      json.writeNumberField("firstOffset", segment.first().baseOffset());
      json.writeNumberField("endOffset", segment.last().lastOffset() + 1);
      writeTime(json, "firstAppendTime", segment.first().appendTimeMicros());
      writeTime(json, "lastAppendTime", segment.last().appendTimeMicros());
    }
    writeTexts(json, "problems", segment.problems());
    if (segment.keepsBatches()) {
      json.writeArrayFieldStart("batchList");
      for (BatchView batch : segment.batches()) {
        write(json, batch);
      }
      json.writeEndArray();
    } else {
      json.writeNullField("batchList");
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, BatchView batch) throws IOException {
    json.writeStartObject();
    json.writeNumberField("position", batch.position());
    json.writeNumberField("sizeBytes", batch.bytes());
    json.writeNumberField("firstOffset", batch.baseOffset());
    json.writeNumberField("endOffset", batch.lastOffset() + 1);
    json.writeNumberField("events", batch.recordCount());
    json.writeNumberField("codec", batch.codec());
    json.writeNumberField("producerId", batch.producerId());
    json.writeNumberField("producerEpoch", batch.producerEpoch());
    json.writeNumberField("baseSequence", batch.baseSequence());
    writeTime(json, "appendTime", batch.appendTimeMicros());
    writeTime(json, "minTimestamp", batch.minEventTimeMicros());
    writeTime(json, "maxTimestamp", batch.maxEventTimeMicros());
    json.writeStringField("problem", batch.damage().isEmpty() ? null : batch.damage());
    json.writeEndObject();
  }

  private static void writeTime(JsonGenerator json, String name, long micros) throws IOException {
    json.writeStringField(name, EventTime.format(micros));
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
