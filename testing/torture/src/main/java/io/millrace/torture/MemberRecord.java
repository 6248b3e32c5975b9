package io.millrace.torture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line that a member of a group writes into its file. Times are {@link System#nanoTime()}, which
 * all processes of a machine read from one clock.
 */
sealed interface MemberRecord {

  /** The listener has heard of new partitions. */
  record Assigned(long nanos, String member, List<Integer> partitions) implements MemberRecord {}

  /** The listener has heard that partitions are given up. */
  record Revoked(long nanos, List<Integer> partitions) implements MemberRecord {}

  /** The listener has heard that partitions are lost. */
  record Lost(long nanos, List<Integer> partitions) implements MemberRecord {}

  /**
   * An event was processed.
   *
   * @param askedNanos when the poll began that returned it, or the handler was called
   * @param nanos when it was processed; the line was written after that, and before the event was
   *     finished
   */
  record Processed(long askedNanos, long nanos, int partition, long offset, String value)
      implements MemberRecord {}

  /** The consumer is closed. */
  record Closed(long nanos) implements MemberRecord {}

  /** The member has failed. */
  record Failed(long nanos, String why) implements MemberRecord {}

  /** The record as a line, without the end of line. */
  default String line() {
    if (this instanceof Assigned r) {
      return String.join(" ", "A", "" + r.nanos, r.member, numbers(r.partitions));
    } else if (this instanceof Revoked r) {
      return String.join(" ", "R", "" + r.nanos, numbers(r.partitions));
    } else if (this instanceof Lost r) {
      return String.join(" ", "L", "" + r.nanos, numbers(r.partitions));
    } else if (this instanceof Processed r) {
      return String.join(
          " ", "P", "" + r.askedNanos, "" + r.nanos, "" + r.partition, "" + r.offset, r.value);
    } else if (this instanceof Closed r) {
      return "C " + r.nanos;
    } else if (this instanceof Failed r) {
      return "F " + r.nanos + " " + r.why.replaceAll("\\R", " ");
    }
    throw new IllegalStateException(toString());
  }

  /** Reads a line that {@link #line} has made. */
  static MemberRecord parse(String line) {
    String[] words = line.split(" ");
    long nanos = Long.parseLong(words[1]);
    return switch (words[0]) {
      case "A" -> new Assigned(nanos, words[2], partitions(words[3]));
      case "R" -> new Revoked(nanos, partitions(words[2]));
      case "L" -> new Lost(nanos, partitions(words[2]));
      case "P" ->
          new Processed(
              nanos,
              Long.parseLong(words[2]),
              Integer.parseInt(words[3]),
              Long.parseLong(words[4]),
              words[5]);
      case "C" -> new Closed(nanos);
      case "F" -> new Failed(nanos, line);
      default -> throw new IllegalArgumentException("not a record of a member: " + line);
    };
  }

  /**
   * Reads a file of a member. A line without an end is left out: the member was killed while it
   * wrote it.
   */
  static List<MemberRecord> parseAll(String text) {
    List<MemberRecord> records = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      records.add(parse(text.substring(start, end)));
      start = end + 1;
    }
    return records;
  }

  private static String numbers(List<Integer> partitions) {
    return partitions.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static List<Integer> partitions(String numbers) {
    return Arrays.stream(numbers.split(",")).map(Integer::valueOf).toList();
  }
}
