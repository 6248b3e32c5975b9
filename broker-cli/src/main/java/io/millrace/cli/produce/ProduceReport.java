package io.millrace.cli.produce;

import io.millrace.cli.command.ErrorPrinter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ReceiptCounter;
import io.millrace.cli.command.Streams;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;

/** Prints the result of {@code produce} once, however the command ends. For any thread. */
final class ProduceReport {

  private static final String REPLACED = ErrorCode.STALE_PRODUCER_EPOCH.name();

  private final ProduceRun run;
  private final String topic;
  private final Streams streams;
  private final Notices notices;
  private boolean printed;

  ProduceReport(ProduceRun run, String topic, Streams streams, Notices notices) {
    this.run = run;
    this.topic = topic;
    this.streams = streams;
    this.notices = notices;
  }

  /**
   * Prints the report, unless it is already printed.
   *
   * @throws IOException as {@link Streams#out} does
   */
  synchronized void print() throws IOException {
    if (printed) {
      return;
    }
    printed = true;
    if (notices.json()) {
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
          json.writeNumberField("valueBytes", receipts.bytes());
          json.writeNumberField("seconds", run.seconds());
          json.writeNumberField("rejectedLines", run.rejected());
          JsonFields.writeNumber(
              json,
              "storedBefore",
              run.isNamed() ? OptionalLong.of(run.storedBefore()) : OptionalLong.empty());
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
            "produced %s, %s in %.2f s (%,.0f events/s)%n",
            Plural.of(events, "event"),
            Plural.of(run.receipts().bytes(), "byte"),
            seconds,
            events / seconds);
  }

  private void printStoredBefore() {
    if (run.isNamed()) {
      streams
          .err()
          .println("already stored by an earlier run: " + Plural.of(run.storedBefore(), "line"));
      if (run.storedBefore() > 0) {
        notices.say(
            "lines are known by their numbers only; if this is another input than that of the"
                + " earlier run, these lines are not stored: send it with another --name");
      }
    }
  }

  private void printProblems() {
    ProduceRun.Rejection rejection = run.firstRejection();
    if (rejection != null) {
      notices.error(rejection.code(), text(rejection), ExitCode.FAILED);
    }
    if (run.isStopped()) {
      notices.say(
          run.isNamed()
              ? "stopped; run it again with --name " + run.name() + " to continue"
              : stoppedAt());
    }
    ReceiptCounter.Failure failure = run.receipts().firstFailure();
    if (run.isReplaced()) {
      notices.error(REPLACED, replaced() + code(REPLACED), ExitCode.FAILED);
    } else if (failure != null) {
      notices.error(ErrorPrinter.codeName(failure.cause()), text(failure), ExitCode.FAILED);
    }
  }

  private String replaced() {
    return "another run with --name "
        + run.name()
        + " has begun; this one ends with "
        + Plural.of(run.receipts().failures(), "event")
        + " without acknowledgement, and the other run sends their lines";
  }

  private String stoppedAt() {
    long last = run.lastLine();
    return last == 0
        ? "stopped before the first line"
        : "stopped after line " + last + "; the next line to send is " + (last + 1);
  }

  private String text(ProduceRun.Rejection rejection) {
    String line = "line " + rejection.line() + ": " + rejection.reason() + code(rejection.code());
    return run.skipsRejected()
        ? "skipped " + Plural.of(run.rejected(), "line") + "; the first is " + line
        : "stopped at "
            + line
            + "; the lines before it were sent; correct it and send the rest, or skip such lines"
            + " with --on-error skip";
  }

  private String text(ReceiptCounter.Failure failure) {
    Throwable cause = failure.cause();
    return "no acknowledgement for "
        + Plural.of(run.receipts().failures(), "event")
        + "; the first is line "
        + failure.number()
        + ": "
        + (notices.json() ? ErrorPrinter.text(cause) : ErrorPrinter.message(cause));
  }

  private String code(String code) {
    return notices.json() || code.equals(ProduceRun.Rejection.NO_CODE) ? "" : " [" + code + "]";
  }
}
