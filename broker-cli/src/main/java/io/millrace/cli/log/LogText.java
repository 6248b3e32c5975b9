package io.millrace.cli.log;

import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.storage.mapped.tool.LogInspector.BatchView;

/** Writes inspected logs as text for people. */
final class LogText {

  private LogText() {}

  static String of(InspectedLog log) {
    StringBuilder text = new StringBuilder();
    text.append("log         ").append(log.name()).append('\n');
    log.topic().ifPresent(topic -> text.append("topic       ").append(topic).append('\n'));
    text.append("closed      ")
        .append(
            log.closed()
                .map(closed -> "yes, at offset " + closed.endOffset())
                .orElse("no: the broker crashed, or has the log open"))
        .append('\n');
    text.append("checkpoint  ")
        .append(
            log.checkpoint()
                .map(c -> "at offset " + c.offset() + "; durable before " + c.durableOffset())
                .orElse("none"))
        .append('\n');
    text.append("register    ")
        .append(
            log.registered()
                .map(
                    r ->
                        "starts at offset "
                            + r.startOffset()
                            + "; durable before "
                            + r.durableOffset())
                .orElse("no entry"))
        .append('\n');
    log.leftovers().forEach(file -> text.append("leftover    ").append(file).append('\n'));
    log.stateProblems()
        .forEach(problem -> text.append("DAMAGE      ").append(problem).append('\n'));
    text.append('\n').append(segments(log));
    for (InspectedSegment segment : log.segments()) {
      String name = segment.view().file().getFileName().toString();
      segment
          .problems()
          .forEach(problem -> text.append("DAMAGE ").append(name + ": " + problem).append('\n'));
      if (!segment.batches().isEmpty()) {
        text.append('\n').append(name).append('\n').append(batches(segment));
      }
    }
    return text.append('\n').toString();
  }

  private static Table segments(InspectedLog log) {
    Table table =
        new Table("SEGMENT", "BYTES", "USED", "BATCHES", "EVENTS", "LAST OFFSET", "LAST APPEND");
    for (InspectedSegment segment : log.segments()) {
      BatchView last = segment.last();
      table.add(
          segment.view().file().getFileName(),
          segment.view().bytes(),
          segment.usedBytes(),
          segment.batchCount(),
          segment.eventCount(),
          last == null ? "-" : last.lastOffset(),
          last == null ? "-" : EventTime.format(last.appendTimeMicros()));
    }
    return table;
  }

  private static Table batches(InspectedSegment segment) {
    Table table =
        new Table(
            "POSITION", "BYTES", "OFFSET", "EVENTS", "CODEC", "PRODUCER", "SEQUENCE", "APPEND");
    for (BatchView batch : segment.batches()) {
      table.add(
          batch.position(),
          batch.bytes(),
          batch.baseOffset(),
          batch.recordCount(),
          batch.codec(),
          batch.producerId(),
          batch.baseSequence(),
          EventTime.format(batch.appendTimeMicros()));
    }
    return table;
  }
}
