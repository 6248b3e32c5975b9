package io.millrace.cli.bench;

import io.millrace.cli.command.DurationConverter;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.client.Ack;
import io.millrace.client.Codec;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.protocol.ByteSize;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options that all benchmarks have: broker, topic, events and duration. */
final class BenchOptions {

  private static final int MAX_SIZE_BYTES = 1 << 30;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Mixin ServerOption server;
  @Mixin OutputOption output;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "An existing topic. Default: a new topic, which is deleted after the run.")
  String topic;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of partitions of the new topic, 0 or more; 0: the broker's topics.partitions."
              + " Default: ${DEFAULT-VALUE}.")
  int partitions;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1KiB",
      converter = SizeConverter.class,
      description =
          "Size of each value, such as 100 or 1KiB, up to the broker's limits.maxEventBytes. The"
              + " bytes are random. Default: ${DEFAULT-VALUE}.")
  int sizeBytes;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      defaultValue = "none",
      description = "Compression: none, lz4 or zstd. Default: ${DEFAULT-VALUE}.")
  Codec codec;

  @Option(
      names = "--batch-bytes",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "Largest batch before compression, 1KiB to the broker's limits.maxBatchBytes. Default:"
              + " 256KiB; less with more than 205 partitions.")
  Integer batchBytes;

  @Option(
      names = "--linger",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How long a batch waits for more events, such as 5ms; less than 2m. Default: 0ms.")
  Duration linger;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description =
          "Duration of the load before the measurement, such as 500ms. Default:"
              + " ${DEFAULT-VALUE}.")
  Duration warmup;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "Duration of the measurement, such as 1m. Default: ${DEFAULT-VALUE}.")
  Duration duration;

  /** The command that has these options. */
  CommandSpec commandSpec() {
    return spec;
  }

  /**
   * Creates a producer with these options. The caller closes it.
   *
   * @throws ParameterException if an option is out of the range of the client
   */
  Producer producer(MillraceClient client, String topicName, Ack level) {
    Producer.Builder builder = client.producer(topicName).ack(level).compression(codec);
    try {
      if (batchBytes != null) {
        builder.batchBytes(batchBytes);
      }
      if (linger != null) {
        builder.linger(linger);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--batch-bytes or --linger is out of range: " + e.getMessage(), e);
    }
  }

  /** Converts an option that is a size of at most 1 GiB, to bytes. */
  static final class SizeConverter implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
      long bytes;
      try {
        bytes = ByteSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
      if (bytes > MAX_SIZE_BYTES) {
        throw new TypeConversionException("'" + text + "' is too large; expected at most 1GiB");
      }
      return (int) bytes;
    }
  }
}
