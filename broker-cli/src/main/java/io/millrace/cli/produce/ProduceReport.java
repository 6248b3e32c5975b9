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

  /** Says that an import may store lines a second time, before it stores any. */
  void sayPartitionsWereAdded(int first) {
    notices.say(
        "an earlier run with --name "
            + run.name()
            + " has stored lines, but none in partition "
            + first
            + " or after it: if partitions were added to the topic since, lines that belong to"
            + " another partition now are stored a second time");
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
          JsonFields.writeNumber(json, "nextLine", run.nextLine());
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
    if (run.isStopped() || run.isAborted()) {
      notices.say(stopped());
    }
    ReceiptCounter.Failure failure = run.receipts().firstFailure();
    if (run.isReplaced()) {
      notices.error(REPLACED, replaced() + code(REPLACED), ExitCode.FAILED);
    } else if (failure != null) {
      notices.error(ErrorPrinter.codeName(failure.cause()), text(failure), ExitCode.FAILED);
      sayNextAfterFailure();
    }
  }

  private String replaced() {
    return "another run with --name "
        + run.name()
        + " has begun; this one ends with "
        + Plural.of(run.receipts().failures(), "event")
        + " without acknowledgement, and the other run sends their lines";
  }

  private String stopped() {
    if (run.isNamed()) {
      return "stopped; run it again with --name " + run.name() + " to continue";
    }
    long last = run.lastLine();
    if (last == 0) {
      return "stopped before the first line";
    }
    OptionalLong next = run.nextLine();
    return "stopped after line "
        + last
        + (next.isPresent() && !hasFailures()
            ? "; the next line to send is " + next.getAsLong()
            : "");
  }

  /** Every line before the first one without acknowledgement is stored; some after it can be. */
  private void sayNextAfterFailure() {
    OptionalLong next = run.nextLine();
    if (next.isPresent()) {
      notices.say(
          "the next line to send is "
              + next.getAsLong()
              + ", the first one without acknowledgement; lines after it can be stored already, and"
              + " are then stored twice (an import with --name stores each line once)");
    } else if (!run.isStopped() && !run.isAborted()) {
      notices.say("to continue, run the command again with --name " + run.name());
    }
  }

  private boolean hasFailures() {
    return run.receipts().failures() > 0;
  }

  private String text(ProduceRun.Rejection rejection) {
    String line = "line " + rejection.line() + ": " + rejection.reason() + code(rejection.code());
    return run.skipsRejected()
        ? "skipped " + Plural.of(run.rejected(), "line") + "; the first is " + line
        : "stopped at "
            + line
            + rest(rejection.line())
            + ", or skip such lines with --on-error skip";
  }

  private String rest(long rejectedLine) {
    if (run.isNamed()) {
      return "; correct it and run the command again with --name " + run.name();
    }
    return hasFailures()
        ? "; correct it"
        : "; the lines before it were sent; correct it and send the rest, from line "
            + rejectedLine
            + " on";
  }

  private String text(ReceiptCounter.Failure failure) {
    Throwable cause = failure.cause();
    return "no acknowledgement for "
        + Plural.of(run.receipts().failures(), "event")
        + "; the first is line "
        + run.receipts().lowestFailure().orElse(failure.number())
        + ": "
        + (notices.json() ? ErrorPrinter.text(cause) : ErrorPrinter.message(cause));
  }

  private String code(String code) {
    return notices.json() || code.equals(ProduceRun.Rejection.NO_CODE) ? "" : " [" + code + "]";
  }
}
