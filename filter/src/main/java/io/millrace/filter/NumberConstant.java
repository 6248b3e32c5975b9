package io.millrace.filter;

import java.nio.charset.StandardCharsets;

/** A number of a filter, prepared for comparisons with long values and with texts. Immutable. */
final class NumberConstant {

  private static final DecimalText MIN_LONG = decimal(Long.toString(Long.MIN_VALUE));
  private static final DecimalText MAX_LONG = decimal(Long.toString(Long.MAX_VALUE));

  private final DecimalText decimal;
  private final boolean isLong;
  private final boolean belowLongs;

  /** The greatest long that is not above the number; unused if there is none. */
  private final long floor;

  private NumberConstant(DecimalText decimal) {
    this.decimal = decimal;
    this.belowLongs = decimal.compareTo(MIN_LONG) < 0;
    boolean aboveLongs = decimal.compareTo(MAX_LONG) > 0;
    this.isLong = !belowLongs && !aboveLongs && decimal.isWhole();
    this.floor = belowLongs ? 0 : aboveLongs ? Long.MAX_VALUE : decimal.floor();
  }

  /** A number in the form of JSON. */
  static NumberConstant of(String text) {
    return new NumberConstant(decimal(text));
  }

  private static DecimalText decimal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    DecimalText decimal = new DecimalText();
    decimal.set(bytes, 0, bytes.length);
    return decimal;
  }

  /** The order of a number and this constant. */
  int order(long number) {
    if (belowLongs) {
      return 1;
    }
    if (isLong) {
      return Long.compare(number, floor);
    }
    return number <= floor ? -1 : 1;
  }

  /** The order of a number and this constant. */
  int order(DecimalText number) {
    return number.compareTo(decimal);
  }

  /** The longs that have a relation to this constant. */
  LongRanges longs(Relation relation) {
    LongRanges equal = isLong ? LongRanges.between(floor, floor) : LongRanges.NONE;
    LongRanges atMost = belowLongs ? LongRanges.NONE : LongRanges.between(Long.MIN_VALUE, floor);
    return switch (relation) {
      case EQUAL -> equal;
      case NOT_EQUAL -> equal.complement();
      case LESS -> atMost.and(equal.complement());
      case AT_MOST -> atMost;
      case GREATER -> atMost.complement();
      case AT_LEAST -> atMost.complement().or(equal);
    };
  }
}
