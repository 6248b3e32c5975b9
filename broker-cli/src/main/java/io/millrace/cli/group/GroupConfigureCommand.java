package io.millrace.cli.group;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.protocol.TimeSpan;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace group configure}: sets when the positions of a group expire. */
@Command(
    name = "configure",
    description = "Set after which time the positions of a group expire.",
    footer = {
      "",
      "A position expires when it was committed longer ago than this time, and the last member left"
          + " longer ago, too. Positions of a group with members never expire.",
      "",
      "Examples:",
      "  millrace group configure billing --offset-retention 30d",
      "  millrace group configure billing --offset-retention never"
    })
final class GroupConfigureCommand implements Callable<Integer> {

  private static final String NEVER = "never";

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the group.")
  private String name;

  @Option(
      names = "--offset-retention",
      paramLabel = "TIME",
      required = true,
      converter = RetentionConverter.class,
      description =
          "Time until positions expire, such as 30d, or '"
              + NEVER
              + "'. New groups have '"
              + NEVER
              + "'. Required.")
  private Duration offsetRetention;

  @Mixin private OutputOption output;

  /** Converts a time, or {@code never} to zero. */
  private static final class RetentionConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
      if (text.equals(NEVER)) {
        return Duration.ZERO;
      }
      try {
        Duration time = TimeSpan.parse(text);
        if (!time.isZero()) {
          return time;
        }
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage() + ", or '" + NEVER + "'");
      }
      throw new TypeConversionException(
          "positions cannot expire at once; '"
              + NEVER
              + "' keeps them, and 'millrace group delete' removes them");
    }
  }

  GroupConfigureCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      client.admin().configureGroup(name, offsetRetention);
      Optional<Duration> expiry = Optional.of(offsetRetention).filter(time -> !time.isZero());
      if (output.isJson()) {
        OutputOption.printJson(
            streams,
            json -> {
              json.writeStartObject();
              json.writeStringField("group", name);
              GroupReport.writeSeconds(json, "offsetRetentionSeconds", expiry);
              json.writeEndObject();
            });
      } else {
        streams.print(
            "positions of group "
                + name
                + expiry
                    .map(time -> " expire after " + TimeSpan.format(time))
                    .orElse(" never expire")
                + "\n");
      }
      return ExitCode.OK;
    }
  }
}
