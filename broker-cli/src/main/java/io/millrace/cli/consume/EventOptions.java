package io.millrace.cli.consume;

import io.millrace.cli.command.Notices;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.WrongPlace;
import io.millrace.cli.format.EventFormat;
import io.millrace.cli.format.EventTemplate;
import io.millrace.cli.format.EventWriter;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.filter.Filter;
import io.millrace.filter.InvalidFilterException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options of the commands that print events: broker, topic, sources, filter and format. */
final class EventOptions {

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
  String topic;

  @Option(
      names = "--source",
      paramLabel = "S",
      description =
          "Print only events of this source. Repeatable, up to 1024 sources. Default: all.")
  String[] sources = {};

  @Option(
      names = "--where",
      paramLabel = "FILTER",
      description =
          "Print only events that match this filter, such as \"source == 'wiki' && json.delta >"
              + " 100\"; docs/filters.md describes the language. Default: all.")
  private String where;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = EventFormat.HELP + " Default: text.")
  private EventFormat format;

  @Option(
      names = "--format",
      paramLabel = "TEMPLATE",
      converter = TemplateConverter.class,
      description = EventTemplate.HELP)
  private EventTemplate template;

  @Option(
      names = "--skip-damaged",
      description =
          "Read on after damaged events, and say on standard error which offsets are left out."
              + " Default: a partition ends before its first damaged event.")
  private boolean skipDamaged;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /**
   * Creates the writer of the events.
   *
   * @throws ParameterException if two forms are given
   */
  EventWriter writer(Streams streams) throws IOException {
    if (template == null) {
      return (format == null ? EventFormat.text : format).writer(streams.out());
    }
    if (format != null) {
      throw new ParameterException(
          spec.commandLine(), "--output and --format contradict each other; give one of them");
    }
    return template.writer(streams.out());
  }

  /**
   * Checks {@code --where} before the broker does, so that a mistake is one of the command line.
   *
   * @throws ParameterException if it is not a filter
   */
  void checkWhere() {
    if (where == null) {
      return;
    }
    try {
      Filter.parse(where);
    } catch (InvalidFilterException e) {
      List<String> lines = new ArrayList<>(e.getMessage().lines().toList());
      lines.set(0, "--where: " + lines.get(0));
      throw new WrongPlace(spec.commandLine(), lines);
    }
  }

  /** Which events are read. */
  TopicReader.Selection selection(Isolation isolation) {
    return new TopicReader.Selection(topic, sources, where == null ? "" : where, isolation);
  }

  /** Connects to the broker. The caller closes the client. */
  MillraceClient connect() {
    return server.connect();
  }

  /** What the command cannot read of the topic, as it says on standard error. */
  UnreadOffsets unread(MillraceClient client, Streams streams) {
    return new UnreadOffsets(client.admin(), topic, skipDamaged, notices(streams));
  }

  /** What the command says besides the events. */
  Notices notices(Streams streams) {
    return Notices.of(streams, spec.findOption("--skip-damaged").command().commandLine());
  }

  /** Converts the option {@code --format}. */
  static final class TemplateConverter implements ITypeConverter<EventTemplate> {

    @Override
    public EventTemplate convert(String text) {
      try {
        return EventTemplate.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
