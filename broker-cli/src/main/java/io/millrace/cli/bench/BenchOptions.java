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
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What all benchmarks are told: the broker, the topic, the events, and for how long. */
final class BenchOptions {

  @Mixin ServerOption server;
  @Mixin OutputOption output;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "A topic that exists. Default: one made for the run and deleted after it.")
  String topic;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the topic made for the run. Default: ${DEFAULT-VALUE}.")
  int partitions;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1KiB",
      converter = SizeConverter.class,
      description = "Bytes of each value, random. Default: ${DEFAULT-VALUE}.")
  int sizeBytes;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      defaultValue = "none",
      description = "none, lz4 or zstd. Default: ${DEFAULT-VALUE}.")
  Codec codec;

  @Option(
      names = "--batch-bytes",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Most bytes of a batch. Default: the client's.")
  Integer batchBytes;

  @Option(
      names = "--linger",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long a batch waits for more events (5ms). Default: the client's.")
  Duration linger;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description = "Load before anything is measured. Default: ${DEFAULT-VALUE}.")
  Duration warmup;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "How long to measure. Default: ${DEFAULT-VALUE}.")
  Duration duration;

  /** A producer as these options want it. */
  Producer producer(MillraceClient client, String topicName, Ack level) {
    Producer.Builder builder = client.producer(topicName).ack(level).compression(codec);
    if (batchBytes != null) {
      builder.batchBytes(batchBytes);
    }
    if (linger != null) {
      builder.linger(linger);
    }
    return builder.build();
  }

  /** Reads a size of at most 1 GiB. */
  static final class SizeConverter implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
      try {
        return Math.toIntExact(ByteSize.parse(text));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
