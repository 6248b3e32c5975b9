package io.millrace.cli.produce;

import io.millrace.cli.command.ErrorPrinter;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ReceiptCounter;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.Locale;

/** What {@code produce} says at its end, once, whichever way it ended. Any thread. */
final class ProduceReport {

  private final ProduceRun run;
  private final String topic;
  private final Streams streams;
  private final boolean json;
  private boolean printed;

  ProduceReport(ProduceRun run, String topic, Streams streams, boolean json) {
    this.run = run;
    this.topic = topic;
    this.streams = streams;
    this.json = json;
  }

  /**
   * Prints it, unless that was done.
   *
   * @throws IOException as {@link Streams#out} does
   */
  synchronized void print() throws IOException {
    if (printed) {
      return;
    }
    printed = true;
    if (json) {
      printJson();
    } else {
      printText();
      printStoredBefore();
    }
    printProblems();
  }

  private void printJson() throws IOException {
    ReceiptCounter receipts = run.receipts();
    OutputOption.printJson(
        streams,
        json -> {
          json.writeStartObject();
          json.writeStringField("topic", topic);
          json.writeNumberField("events", receipts.events());
          json.writeNumberField("bytes", receipts.bytes());
          json.writeNumberField("seconds", run.seconds());
          json.writeNumberField("rejectedLines", run.rejected());
          if (run.isNamed()) {
            json.writeNumberField("storedBefore", run.storedBefore());
          }
          json.writeNumberField("failedEvents", receipts.failures());
          json.writeEndObject();
        });
    streams.out().flush();
  }

  private void printText() {
    double seconds = run.seconds();
    long events = run.receipts().events();
    streams
        .err()
        .printf(
            Locale.ROOT,
            "produced %,d events, %,d bytes in %.2f s (%,.0f events/s)%n",
            events,
            run.receipts().bytes(),
            seconds,
            events / seconds);
  }

  private void printStoredBefore() {
    if (run.isNamed()) {
      streams.err().printf(Locale.ROOT, "%,d lines were stored before%n", run.storedBefore());
    }
  }

  private void printProblems() {
    ProduceRun.Rejection rejection = run.firstRejection();
    if (rejection != null && run.skipsRejected()) {
      say("passed over " + run.rejected() + " lines; the first, " + text(rejection));
    } else if (rejection != null) {
      say("stopped at " + text(rejection));
      say(
          "mend that line, or pass over such lines with --on-error skip; what came before is stored");
    }
    ReceiptCounter.Failure failure = run.receipts().firstFailure();
    if (failure != null) {
      say(
          run.receipts().failures()
              + " events were not acknowledged; the first, of line "
              + failure.number()
              + ": "
              + ErrorPrinter.message(failure.cause()));
    }
  }

  private void say(String message) {
    streams.err().println("millrace produce: " + message);
  }

  private static String text(ProduceRun.Rejection rejection) {
    return "line " + rejection.line() + ": " + rejection.reason();
  }
}
