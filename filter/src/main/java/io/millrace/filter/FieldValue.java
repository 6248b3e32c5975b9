package io.millrace.filter;

/**
 * The value of a field of the current event. Text and numbers stay bytes where possible. Used by
 * one thread.
 */
final class FieldValue {

  /** The types of JSON; a null record field is {@code NULL}, a header that is not there is not. */
  enum Type {
    MISSING,
    NULL,
    TRUE,
    FALSE,
    /** A whole number in {@link #number}. */
    LONG,
    /** Another number, at {@code [from, to)}. */
    DECIMAL,
    TEXT,
    /** An object or an array. */
    COMPOSITE
  }

  /** Larger memory is given back after each event. */
  private static final int KEPT_BYTES = 1 << 20;

  private static final byte[] EMPTY = {};

  Type type = Type.MISSING;
  long number;
  byte[] bytes = EMPTY;
  int from;
  int to;

  private boolean escaped;

  /** Memory for bytes that are not in the text of the event as they are needed. */
  private byte[] own = EMPTY;

  private DecimalText decimal;

  boolean isMissingOrNull() {
    return type == Type.MISSING || type == Type.NULL;
  }

  boolean isNumber() {
    return type == Type.LONG || type == Type.DECIMAL;
  }

  boolean isTruth() {
    return type == Type.TRUE || type == Type.FALSE;
  }

  void setLong(long value) {
    type = Type.LONG;
    number = value;
  }

  /**
   * Copies a range, with zeros after it.
   *
   * @param padding number of zeros
   */
  void setText(ByteRange range, int padding) {
    if (range.isAbsent()) {
      type = Type.NULL;
      return;
    }
    reserve(Math.addExact(range.length(), padding));
    range.copyTo(own);
    type = Type.TEXT;
    escaped = false;
    bytes = own;
    from = 0;
    to = range.length();
    for (int i = 0; i < padding; i++) {
      own[to + i] = 0;
    }
  }

  /** Takes a JSON string without its quotation marks; the bytes are not copied. */
  void setJsonText(byte[] text, int start, int end, boolean hasEscapes) {
    type = Type.TEXT;
    escaped = hasEscapes;
    bytes = text;
    from = start;
    to = end;
  }

  /** Takes a number in the form of JSON; the bytes are not copied. */
  void setDecimal(byte[] text, int start, int end) {
    type = Type.DECIMAL;
    bytes = text;
    from = start;
    to = end;
  }

  /** Makes {@code [from, to)} the text itself, if it is a JSON string with escapes. */
  void decode() {
    if (escaped) {
      reserve(to - from);
      int length = JsonEscapes.decode(bytes, from, to, own);
      bytes = own;
      from = 0;
      to = length;
      escaped = false;
    }
  }

  /** The number as text. */
  DecimalText decimal() {
    if (decimal == null) {
      decimal = new DecimalText();
    }
    if (type == Type.LONG) {
      byte[] text = JsonEscapes.ascii(Long.toString(number));
      decimal.set(text, 0, text.length);
    } else {
      decimal.set(bytes, from, to);
    }
    return decimal;
  }

  /** Gives large memory back; the value is not valid any more. */
  void trim() {
    if (bytes.length > KEPT_BYTES) {
      bytes = EMPTY;
    }
    if (own.length > KEPT_BYTES) {
      own = EMPTY;
    }
  }

  private void reserve(int length) {
    if (own.length < length) {
      own =
          new byte
              [length > KEPT_BYTES
                  ? length
                  : Math.min(KEPT_BYTES, 2 * Integer.highestOneBit(length | 32))];
    }
  }
}
