package io.millrace.cli.consume;

import io.millrace.cli.format.TimeArgument;
import io.millrace.client.Isolation;
import io.millrace.client.PartitionDescription;
import picocli.CommandLine.ITypeConverter;

/** The value of {@code consume --until}: the position in each partition at which reading ends. */
sealed interface ReadUntil {

  String HELP =
      "end (the end of each partition when the command starts), an offset, an event time (ISO-8601),"
          + " or a duration before now (10m, 2h, 7d).";

  /**
   * One past the last offset to read.
   *
   * @param partition the partition when the command started
   */
  long bound(PartitionDescription partition, Isolation isolation);

  /** Events with this event time or a later one are skipped; microseconds since 1970. */
  default long beforeMicros() {
    return Long.MAX_VALUE;
  }

  /** The command does not stop by itself. */
  record Never() implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return Long.MAX_VALUE;
    }
  }

  /** The end of the partition when the command started. */
  record End() implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return isolation == Isolation.DURABLE ? partition.durable() : partition.end();
    }
  }

  /** An offset. If events before it are not stored yet, the command waits for them. */
  record Offset(long offset) implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return offset;
    }
  }

  /**
   * An event time. The command reads each partition up to the end at the start of the command. It
   * cannot stop at the first later time, because an event with an earlier time can follow.
   */
  record Time(long beforeMicros) implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return new End().bound(partition, isolation);
    }
  }

  /** Converts the option. */
  final class Converter implements ITypeConverter<ReadUntil> {

    @Override
    public ReadUntil convert(String text) {
      if (text.equals("end")) {
        return new End();
      }
      if (text.matches("\\d{1,18}")) {
        return new Offset(Long.parseLong(text));
      }
      try {
        return new Time(TimeArgument.parse(text));
      } catch (IllegalArgumentException e) {
        throw TimeArgument.notOneOf(HELP, text);
      }
    }
  }
}
