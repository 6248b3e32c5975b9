package io.millrace.cli.consume;

import io.millrace.client.Isolation;
import io.millrace.client.PartitionDescription;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where {@code consume --until} stops, in each partition. */
sealed interface ReadUntil {

  String HELP =
      "end (as it is when the command begins), an offset, a time (ISO-8601), or how long ago (10m).";

  /** The first offset that is not read of this partition as it was when the command began. */
  long bound(PartitionDescription partition, Isolation isolation);

  /** The event time from which on events are left out. */
  default long beforeMicros() {
    return Long.MAX_VALUE;
  }

  /** Never. */
  record Never() implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return Long.MAX_VALUE;
    }
  }

  /** At the end as it was when the command began. */
  record End() implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return isolation == Isolation.DURABLE ? partition.durable() : partition.end();
    }
  }

  /** Before this offset, waiting for it where it is still to come. */
  record Offset(long offset) implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return offset;
    }
  }

  /**
   * At the end as it was when the command began, without the events of this time or later: an
   * earlier one may stand behind them.
   */
  record Time(long beforeMicros) implements ReadUntil {
    @Override
    public long bound(PartitionDescription partition, Isolation isolation) {
      return new End().bound(partition, isolation);
    }
  }

  /** Reads the option. */
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
        return new Time(ReadFrom.parseTime(text));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' is not one of: " + HELP);
      }
    }
  }
}
