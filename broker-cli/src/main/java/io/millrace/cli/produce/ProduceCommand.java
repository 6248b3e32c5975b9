package io.millrace.cli.produce;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Setting;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.Escapes;
import io.millrace.cli.format.EventDecoder;
import io.millrace.cli.format.EventJsonReader;
import io.millrace.cli.format.FieldPath;
import io.millrace.cli.format.KeyedLineDecoder;
import io.millrace.cli.format.LineDecoder;
import io.millrace.cli.format.LineReader;
import io.millrace.client.Ack;
import io.millrace.client.Codec;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/** {@code millrace produce}: sends each line of a file or of standard input as an event. */
@Command(
    name = "produce",
    description = "Send each line of a file or of standard input as an event.",
    footer = {
      "",
      "The newline (LF) at the end of a line is not part of the event. F is the name "
          + "of a field of a JSON line; data.s is the field s of the object data, and \\. "
          + "is a dot in a name.",
      "",
      "A time is ISO-8601 (in UTC if it has no zone), or a number since 1970: below "
          + "10^11 in seconds, below 10^14 in milliseconds, below 10^17 in microseconds, "
          + "else in nanoseconds.",
      "",
      "With --name, an import can be run again, also after it was killed: each line "
          + "is stored once. A line is identified by its number in the file. Between two "
          + "runs, lines may be appended to the file; existing lines must not change. If a "
          + "second run of the same name starts, the first one ends.",
      "",
      "Exits with 0 if all lines were sent and all events were acknowledged, else with 1. Then "
          + "the command says how to continue: from the first line without acknowledgement on "
          + "(nextLine of --output json). Lines after it can be stored already. With --name, run "
          + "the same command again.",
      "",
      "Examples:",
      "  echo hello | millrace produce demo",
      "  printf 'ride-1:accepted\\n' | millrace produce rides --key-separator :",
      "  millrace produce wiki --file edits.ndjson.gz --timestamp-field time \\",
      "      --source-field channel --key-field page",
      "  millrace consume rides --until end --output json |",
      "      millrace produce copy --input json"
    })
public final class ProduceCommand implements Callable<Integer> {

  /** The format of a line. Users type the names of the constants. */
  enum InputFormat {
    lines,
    json
  }

  /** The reaction to a line that is not a valid event. Users type the names of the constants. */
  enum OnError {
    stop,
    skip
  }

  /** Bounds the memory. No broker accepts an event as large as this. */
  private static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
  private String topic;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      defaultValue = InputFile.STANDARD_INPUT,
      description =
          "File to read, plain text, gzip, zstd, bzip2 or lz4; -: standard input. Default:"
              + " ${DEFAULT-VALUE}.")
  private String file;

  @Option(
      names = "--input",
      paramLabel = "FORMAT",
      defaultValue = "lines",
      description =
          "Format of the lines. lines: the line is the value of the event, byte for byte. json: the"
              + " line is an event, as 'millrace consume --output json' prints it. Default:"
              + " ${DEFAULT-VALUE}.")
  private InputFormat input;

  @Option(
      names = "--source",
      paramLabel = "S",
      description =
          "Source of every event, 1 to 255 bytes of UTF-8. Default: "
              + ServerOption.CLIENT_ID
              + "; with --input json, it is for events without a source.")
  private String source;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "K",
      description =
          "Key of every event. Events with the same key go to the same partition. Default: no key.")
  private String key;

  @Option(
      names = "--key-separator",
      paramLabel = "TEXT",
      description =
          "The key of each event is the part of its line before this text, and the value the part"
              + " after it. A line that begins with it has no key. "
              + Escapes.HELP
              + " Default: the whole line is the value.")
  private String keySeparator;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME=VALUE",
      converter = Setting.Converter.class,
      description = "A header of every event. Repeatable. Default: none.")
  private List<Setting> headers = List.of();

  @Option(
      names = "--timestamp-field",
      paramLabel = "F",
      converter = FieldConverter.class,
      description =
          "Field of each JSON line that has the event time. Default: the time at which the event is"
              + " sent.")
  private FieldPath timestampField;

  @Option(
      names = "--source-field",
      paramLabel = "F",
      converter = FieldConverter.class,
      description =
          "Field of each JSON line that has the source. Default: the source of --source, for every"
              + " event.")
  private FieldPath sourceField;

  @Option(
      names = "--key-field",
      paramLabel = "F",
      converter = FieldConverter.class,
      description =
          "Field of each JSON line that has the key; null: no key. Default: the key of --key, for"
              + " every event.")
  private FieldPath keyField;

  @Option(
      names = "--ack",
      paramLabel = "LEVEL",
      defaultValue = "synced",
      description =
          "When an event is acknowledged. none: it is written to the network. stored: it is in the"
              + " broker's log; it survives a crash of the broker. synced: it is fsynced; it survives"
              + " a power failure. Default: ${DEFAULT-VALUE}.")
  private Ack ack;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "N",
      description =
          "Partition of every event, from 0. Default: the partition of the key; without a key, all"
              + " partitions in turn.")
  private Integer partition;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      defaultValue = "none",
      description = "Compression: none, lz4 or zstd. Default: ${DEFAULT-VALUE}.")
  private Codec codec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Name of the import, 1 to 255 bytes of UTF-8: lines that an earlier run with this name has"
              + " stored are not stored again. Needs --ack synced. Default: no name; all lines are"
              + " stored.")
  private String name;

  @Option(
      names = "--on-error",
      paramLabel = "ACTION",
      defaultValue = "stop",
      description =
          "What to do at a line that is not a valid event. stop: exit. skip: continue with the next"
              + " line. The exit code is 1 in both cases. Default: ${DEFAULT-VALUE}.")
  private OnError onError;

  @Mixin private OutputOption output;

  ProduceCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    EventDecoder decoder = withHeaders(decoder());
    if (partition != null) {
      OptionRange.check(spec, "--partition", partition, 0, Integer.MAX_VALUE);
    }
    if (name != null && ack != Ack.SYNCED) {
      throw usage(
          "--name needs --ack synced: with another level, a power failure could lose lines that the"
              + " next run does not send again");
    }
    if (file.equals(InputFile.STANDARD_INPUT)) {
      server.requireStandardInput();
    }
    try (LineReader lines = new LineReader(InputFile.open(file, streams), MAX_LINE_BYTES);
        MillraceClient client = server.connect();
        Producer producer = producer(client)) {
      ProduceRun run =
          new ProduceRun(
              producer,
              name,
              partition == null ? Event.ANY_PARTITION : partition,
              onError == OnError.skip,
              output.isJson() ? streams.withoutProgress() : streams);
      ProduceReport report = new ProduceReport(run, topic, streams, notices());
      run.firstAddedPartition().ifPresent(report::sayPartitionsWereAdded);
      StopSignal stop = StopSignal.install(signal -> stop(run, report, signal));
      ReceiptWatch watch = ReceiptWatch.start(run.receipts(), notices(), streams.progress());
      try {
        run.send(lines, decoder);
      } catch (IOException e) {
        throw new CommandFailure(
            "cannot read "
                + InputFile.describe(file)
                + " after line "
                + lines.number()
                + ": "
                + e.getMessage()
                + "; "
                + nextStep(run),
            e);
      } finally {
        watch.close();
        try {
          report.print();
        } finally {
          stop.close();
        }
      }
      return run.isComplete() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private String nextStep(ProduceRun run) {
    String sent = run.receipts().failures() == 0 ? "the lines up to there were sent: " : "";
    return sent
        + (name == null
            ? "correct the input and send the rest, from line " + run.nextLine().getAsLong() + " on"
            : "correct the input and run the command again with --name " + name);
  }

  /** Ends the command. {@link ProduceRun#send} may be blocked on a read of the input. */
  private void stop(ProduceRun run, ProduceReport report, StopSignal signal) {
    try {
      run.stop();
    } catch (MillraceException e) {
      notices().error(e.code().name(), e.getMessage(), ExitCode.FAILED);
    }
    try {
      report.print();
    } catch (IOException e) {
      notices().error("FAILED", "cannot print the report: " + e.getMessage(), ExitCode.FAILED);
    }
    signal.close();
  }

  private Notices notices() {
    return Notices.of(streams, spec.commandLine());
  }

  private EventDecoder decoder() {
    boolean anyField = timestampField != null || sourceField != null || keyField != null;
    requireOneOf("--key", key, "--key-separator", keySeparator);
    requireOneOf("--key-separator", keySeparator, "--key-field", keyField);
    requireOneOf("--source", source, "--source-field", sourceField);
    requireOneOf("--key", key, "--key-field", keyField);
    if (input == InputFormat.json) {
      if (anyField || key != null || keySeparator != null) {
        throw usage(
            "--input json takes time, source and key from each event; use --input lines, or omit"
                + " --key, --key-separator and the options that name a field");
      }
      return new EventJsonReader();
    }
    byte[] fixedKey = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    EventDecoder line = new LineDecoder(fixedKey, timestampField, sourceField, keyField);
    return keySeparator == null ? line : new KeyedLineDecoder(separatorBytes(), line);
  }

  private byte[] separatorBytes() {
    if (keySeparator.isEmpty()) {
      throw usage("--key-separator is empty; expected at least one character");
    }
    try {
      return Escapes.bytes(keySeparator);
    } catch (IllegalArgumentException e) {
      throw usage("--key-separator: " + e.getMessage());
    }
  }

  private EventDecoder withHeaders(EventDecoder decoder) {
    return headers.isEmpty()
        ? decoder
        : line -> {
          Event.Builder event = decoder.decode(line);
          headers.forEach(header -> event.header(header.key(), header.value()));
          return event;
        };
  }

  private void requireOneOf(String option, Object value, String other, Object otherValue) {
    if (value != null && otherValue != null) {
      throw usage(option + " and " + other + " contradict each other; give one of them");
    }
  }

  /** Refuses a partition that the topic does not have, also if there is no line to send. */
  private void checkPartition(MillraceClient client) {
    int count = partition == null ? 0 : client.admin().describeTopic(topic).partitions().size();
    if (partition != null && partition >= count) {
      throw new MillraceException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic '"
              + topic
              + "' has "
              + Plural.of(count, "partition")
              + "; expected --partition 0 to "
              + (count - 1)
              + ", not "
              + partition);
    }
  }

  private Producer producer(MillraceClient client) {
    checkPartition(client);
    Producer.Builder builder = client.producer(topic).ack(ack).compression(codec);
    if (source != null) {
      builder.source(source);
    }
    return builder.name(name).build();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Converts the options that name a field. */
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
