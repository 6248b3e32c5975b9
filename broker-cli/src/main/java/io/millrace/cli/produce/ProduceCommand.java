package io.millrace.cli.produce;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventDecoder;
import io.millrace.cli.format.EventJsonReader;
import io.millrace.cli.format.FieldPath;
import io.millrace.cli.format.LineDecoder;
import io.millrace.cli.format.LineReader;
import io.millrace.client.Ack;
import io.millrace.client.Codec;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace produce}: makes an event of every line of a file or of standard input. */
@Command(
    name = "produce",
    description = "Make an event of every line of a file or of standard input.",
    footer = {
      "",
      "With --input lines each line is a value, byte for byte without its newline.",
      "Where the lines are JSON objects, time, source and key can be taken from their",
      "fields: data.s is the field s of the object data. With --input json each line",
      "is an event as 'millrace consume --output json' prints it.",
      "",
      "Times are ISO-8601 (without a zone: UTC) or numbers since 1970: below 10^11",
      "seconds, below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds.",
      "",
      "With --name an import can be repeated: each line is stored once, however often",
      "the same file is read under the same name, also after a kill in the middle. A",
      "line is known by its number, so that the file may grow at its end and must not",
      "change before. A second run at the same time ends the first.",
      "",
      "The command ends with 0 only when every event was acknowledged.",
      "",
      "Examples:",
      "  echo hello | millrace produce demo",
      "  millrace produce wiki --file edits.ndjson.gz --timestamp-field time \\",
      "      --source-field channel --key-field page",
      "  millrace consume rides --until end --output json |",
      "      millrace produce copy --input json"
    })
public final class ProduceCommand implements Callable<Integer> {

  /** What stands on a line. The names are what users type. */
  enum InputFormat {
    lines,
    json
  }

  /** What to do about a line that makes no event. The names are what users type. */
  enum OnError {
    stop,
    skip
  }

  /** Far over what brokers take; they say so themselves, this only bounds the memory. */
  private static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
  private String topic;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      defaultValue = InputFile.STANDARD_INPUT,
      description = "What to read, plain or gzip; - for standard input, which is the default.")
  private String file;

  @Option(
      names = "--input",
      paramLabel = "FORMAT",
      defaultValue = "lines",
      description = "What a line is: ${COMPLETION-CANDIDATES}. Default: lines.")
  private InputFormat input;

  @Option(names = "--source", paramLabel = "S", description = "Default: " + ServerOption.CLIENT_ID)
  private String source;

  @Option(names = "--key", paramLabel = "K", description = "The key of every event. Default: none.")
  private String key;

  @Option(
      names = "--timestamp-field",
      paramLabel = "F",
      converter = FieldConverter.class,
      description = "The field of a JSON line that holds the event time. Default: the time now.")
  private FieldPath timestampField;

  @Option(
      names = "--source-field",
      paramLabel = "F",
      converter = FieldConverter.class,
      description = "The field of a JSON line that holds the source.")
  private FieldPath sourceField;

  @Option(
      names = "--key-field",
      paramLabel = "F",
      converter = FieldConverter.class,
      description = "The field of a JSON line that holds the key; null: no key.")
  private FieldPath keyField;

  @Option(
      names = "--ack",
      paramLabel = "LEVEL",
      defaultValue = "synced",
      description =
          "How safe before it counts as produced: none, stored (survives the broker's death),"
              + " synced (on disk, survives a power cut). Default: synced.")
  private Ack ack;

  @Option(
      names = "--partition",
      paramLabel = "N",
      description = "Default: by key; without a key, one after the other.")
  private int partition = Event.ANY_PARTITION;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      defaultValue = "none",
      description = "How batches are compressed: none, lz4 or zstd. Default: none.")
  private Codec codec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Go on where the last run of this name stopped, and store no line twice. Needs --ack"
              + " synced.")
  private String name;

  @Option(
      names = "--on-error",
      paramLabel = "ACTION",
      defaultValue = "stop",
      description =
          "At a line that makes no event: ${COMPLETION-CANDIDATES}. Either way the command then"
              + " ends with 1. Default: stop.")
  private OnError onError;

  @Mixin private OutputOption output;

  ProduceCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    EventDecoder decoder = decoder();
    if (name != null && ack != Ack.SYNCED) {
      throw usage("--name needs --ack synced: a power cut would leave gaps that nobody notices");
    }
    try (LineReader lines = new LineReader(InputFile.open(file, streams), MAX_LINE_BYTES);
        MillraceClient client = server.connect();
        Producer producer = producer(client)) {
      ProduceRun run =
          new ProduceRun(producer, name != null, partition, onError == OnError.skip, streams);
      ProduceReport report = new ProduceReport(run, topic, streams, output.isJson());
      StopSignal stop = StopSignal.install(signal -> stop(run, report, signal));
      try {
        run.send(lines, decoder);
      } catch (IOException e) {
        throw new CommandFailure(
            "cannot read " + file + " beyond line " + lines.number() + ": " + e.getMessage(), e);
      } finally {
        try {
          report.print();
        } finally {
          stop.close();
        }
      }
      return run.isComplete() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /** Reading may block for as long as nothing comes in, so that this ends what is under way. */
  private void stop(ProduceRun run, ProduceReport report, StopSignal signal) {
    run.stop();
    try {
      report.print();
    } catch (IOException e) {
      streams.err().println("millrace produce: cannot print the report: " + e.getMessage());
    }
    signal.close();
  }

  private EventDecoder decoder() {
    boolean anyField = timestampField != null || sourceField != null || keyField != null;
    if (source != null && sourceField != null || key != null && keyField != null) {
      throw usage("a value for all events and a field of each contradict each other");
    }
    if (input == InputFormat.json) {
      if (anyField || key != null) {
        throw usage(
            "--input json takes time, source and key from each event; leave out --key and"
                + " --...-field, or use --input lines");
      }
      return new EventJsonReader();
    }
    byte[] fixedKey = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new LineDecoder(fixedKey, timestampField, sourceField, keyField);
  }

  private Producer producer(MillraceClient client) {
    Producer.Builder builder = client.producer(topic).ack(ack).compression(codec);
    if (source != null) {
      builder.source(source);
    }
    return builder.name(name).build();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Reads the options that name a field. */
  static final class FieldConverter implements ITypeConverter<FieldPath> {

    @Override
    public FieldPath convert(String text) {
      try {
        return FieldPath.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
