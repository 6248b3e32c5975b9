package io.millrace.filter;

import io.millrace.filter.FieldValue.Type;
import io.millrace.filter.JsonPaths.Node;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the wanted values of a JSON text (RFC 8259) in one pass from left to right, which ends as
 * soon as all of them are found or cannot come any more. It allocates nothing, unless a name has
 * escapes.
 *
 * <p>What stands before the first violation of JSON counts, what stands after it is not there. Of
 * members with the same name, the first counts. So a value does not depend on which other values
 * are wanted. Bytes of strings that are not UTF-8 are no violation.
 *
 * <p>The recursion is as deep as the deepest wanted path. Other values are skipped by a loop, with
 * one bit for each level. Used by one thread.
 */
final class JsonReader {

  /** Zeros that must stand after the text: they end every loop, and words can be read past it. */
  static final int PADDING = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int TRUE = 'e' << 24 | 'u' << 16 | 'r' << 8 | 't';
  private static final int ALSE = 'e' << 24 | 's' << 16 | 'l' << 8 | 'a';
  private static final int NULL = 'l' << 24 | 'l' << 16 | 'u' << 8 | 'n';

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  /** Results of the methods that otherwise return a position. */
  private static final int FOUND_ALL = -1;

  private static final int VIOLATION = -2;

  /** A number of more digits may not fit into a long. */
  private static final int LONG_DIGITS = 18;

  private final JsonPaths paths;

  /** For each node, the last reading that has met it. */
  private final long[] metIn;

  private final long[] levels = new long[FilterLimits.JSON_DEPTH / Long.SIZE];

  private long reading;
  private byte[] text;
  private int length;
  private FieldValue[] values;

  /** Whether the last string has escapes. */
  private boolean escaped;

  /** The last number, if {@link #isLong}. */
  private long number;

  private boolean isLong;

  JsonReader(JsonPaths paths) {
    this.paths = paths;
    this.metIn = new long[paths.nodeCount()];
  }

  /**
   * Reads the text at {@code [0, length)} and sets the wanted values. The caller has set all of
   * them to missing.
   *
   * @param bytes with {@link #PADDING} zeros after the text
   * @param slots where the wanted values are set; they refer to the bytes
   * @return false if a violation of JSON stands before the end of the search
   */
  boolean read(byte[] bytes, int length, FieldValue[] slots) {
    this.text = bytes;
    this.length = length;
    this.values = slots;
    this.reading++;
    int at = blanks(isMark(bytes) ? 3 : 0);
    return value(paths.root, at, false) != VIOLATION;
  }

  /** Whether the text begins with a byte order mark. */
  private static boolean isMark(byte[] bytes) {
    return bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
  }

  /**
   * Reads a wanted value.
   *
   * @param more whether something is wanted that may come after this value
   */
  private int value(Node node, int at, boolean more) {
    FieldValue found = node.slot < 0 ? null : values[node.slot];
    byte first = text[at];
    if (first == '"') {
      int end = string(at + 1);
      if (end >= 0 && found != null) {
        found.setJsonText(text, at + 1, end - 1, escaped);
      }
      return end;
    }
    if (first == '{' || first == '[') {
      if (found != null) {
        found.type = Type.COMPOSITE;
      }
      if (first == '{' && node.members.length > 0) {
        return object(node, at + 1, more);
      }
      if (first == '[' && node.elements.length > 0) {
        return array(node, at + 1, more);
      }
      return more ? skip(at, node.depth) : FOUND_ALL;
    }
    int end = first == '-' || isDigit(first) ? number(at) : literal(at);
    if (end == VIOLATION || end == length && node != paths.root) {
      // At the end of a text that was cut off, a number may have lost digits.
      return VIOLATION;
    }
    if (found != null) {
      setScalar(found, first, at, end);
    }
    return end;
  }

  private void setScalar(FieldValue found, byte first, int at, int end) {
    switch (first) {
      case 't' -> found.type = Type.TRUE;
      case 'f' -> found.type = Type.FALSE;
      case 'n' -> found.type = Type.NULL;
      default -> {
        if (isLong) {
          found.setLong(number);
        } else {
          found.setDecimal(text, at, end);
        }
      }
    }
  }

  /** Reads an object with wanted members, from the position after its brace. */
  private int object(Node node, int start, boolean more) {
    int at = blanks(start);
    if (text[at] == '}') {
      return at + 1;
    }
    int left = node.members.length;
    while (true) {
      if (text[at] != '"') {
        return VIOLATION;
      }
      int nameAt = at + 1;
      int nameEnd = string(nameAt);
      if (nameEnd == VIOLATION) {
        return VIOLATION;
      }
      Node member = member(node, nameAt, nameEnd - 1);
      at = afterColon(nameEnd);
      if (at == VIOLATION) {
        return VIOLATION;
      }
      if (member == null) {
        at = skip(at, node.depth + 1);
      } else {
        left--;
        at = value(member, at, more || left > 0);
        if (left == 0 && !more && at != VIOLATION) {
          return FOUND_ALL;
        }
      }
      if (at < 0) {
        return at;
      }
      at = blanks(at);
      if (text[at] == '}') {
        return at + 1;
      }
      if (text[at] != ',') {
        return VIOLATION;
      }
      at = blanks(at + 1);
    }
  }

  /** The node of a wanted member that is met for the first time, or null. */
  private Node member(Node node, int nameAt, int nameEnd) {
    if (escaped) {
      byte[] decoded = new byte[nameEnd - nameAt];
      return member(node, decoded, 0, JsonEscapes.decode(text, nameAt, nameEnd, decoded));
    }
    return member(node, text, nameAt, nameEnd);
  }

  private Node member(Node node, byte[] bytes, int from, int to) {
    byte[][] names = node.names;
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i];
      if (name.length == to - from && Arrays.equals(name, 0, name.length, bytes, from, to)) {
        Node member = node.members[i];
        boolean first = metIn[member.id] != reading;
        metIn[member.id] = reading;
        return first ? member : null;
      }
    }
    return null;
  }

  /** Reads an array with wanted elements, from the position after its bracket. */
  private int array(Node node, int start, boolean more) {
    int at = blanks(start);
    if (text[at] == ']') {
      return at + 1;
    }
    int next = 0;
    for (int index = 0; ; index++) {
      if (next == node.indexes.length || node.indexes[next] != index) {
        at = skip(at, node.depth + 1);
      } else {
        boolean last = ++next == node.indexes.length;
        at = value(node.elements[next - 1], at, more || !last);
        if (last && !more && at != VIOLATION) {
          return FOUND_ALL;
        }
      }
      if (at < 0) {
        return at;
      }
      at = blanks(at);
      if (text[at] == ']') {
        return at + 1;
      }
      if (text[at] != ',') {
        return VIOLATION;
      }
      at = blanks(at + 1);
    }
  }

  /**
   * The position after a value of any kind.
   *
   * @param outer number of objects and arrays around the value
   */
  private int skip(int start, int outer) {
    int at = start;
    int depth = 0;
    boolean inObject = false;
    while (true) {
      byte first = text[at];
      if (first == '"') {
        at = string(at + 1);
      } else if (first == '{' || first == '[') {
        if (depth + outer == FilterLimits.JSON_DEPTH) {
          return VIOLATION;
        }
        inObject = first == '{';
        setLevel(depth++, inObject);
        at = blanks(at + 1);
        if (text[at] != (inObject ? '}' : ']')) {
          if (inObject) {
            at = memberValue(at);
            if (at < 0) {
              return at;
            }
          }
          continue;
        }
        depth--;
        at++;
        inObject = depth > 0 && isObject(depth - 1);
      } else if (first == '-' || isDigit(first)) {
        at = number(at);
      } else {
        at = literal(at);
      }
      if (at < 0) {
        return at;
      }
      while (depth > 0) {
        at = blanks(at);
        byte next = text[at++];
        if (next == ',') {
          at = blanks(at);
          break;
        }
        if (next != (inObject ? '}' : ']')) {
          return VIOLATION;
        }
        depth--;
        inObject = depth > 0 && isObject(depth - 1);
      }
      if (depth == 0) {
        return at;
      }
      if (inObject) {
        at = memberValue(at);
        if (at < 0) {
          return at;
        }
      }
    }
  }

  private void setLevel(int level, boolean isObject) {
    long bit = 1L << level;
    if (isObject) {
      levels[level >> 6] |= bit;
    } else {
      levels[level >> 6] &= ~bit;
    }
  }

  private boolean isObject(int level) {
    return (levels[level >> 6] & 1L << level) != 0;
  }

  /** The position of the value of the member whose name begins at a position. */
  private int memberValue(int at) {
    if (text[at] != '"') {
      return VIOLATION;
    }
    int end = string(at + 1);
    return end < 0 ? end : afterColon(end);
  }

  private int afterColon(int start) {
    int at = blanks(start);
    return text[at] == ':' ? blanks(at + 1) : VIOLATION;
  }

  /** The position after the string whose content begins at a position. */
  private int string(int start) {
    byte[] bytes = text;
    escaped = false;
    int at = start;
    while (true) {
      // The lowest marked byte is a quotation mark, a backslash or a control character. Bytes above
      // it may be marked wrongly, by a borrow.
      long word = (long) LONG.get(bytes, at);
      long quotes = word ^ QUOTES;
      long backslashes = word ^ BACKSLASHES;
      long marks =
          ((quotes - ONES & ~quotes)
                  | (backslashes - ONES & ~backslashes)
                  | (word - SPACES & ~word))
              & HIGH_BITS;
      if (marks == 0) {
        at += Long.BYTES;
        continue;
      }
      at += Long.numberOfTrailingZeros(marks) >> 3;
      if (bytes[at] == '"') {
        return at + 1;
      }
      if (bytes[at] != '\\') {
        return VIOLATION;
      }
      escaped = true;
      at = escape(at);
      if (at == VIOLATION) {
        return VIOLATION;
      }
    }
  }

  private int escape(int at) {
    switch (text[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 2;
      }
      case 'u' -> {
        for (int i = at + 2; i < at + 6; i++) {
          if (Character.digit(text[i], 16) < 0) {
            return VIOLATION;
          }
        }
        return at + 6;
      }
      default -> {
        return VIOLATION;
      }
    }
  }

  /** The position after a number; sets {@link #number} and {@link #isLong}. */
  private int number(int start) {
    byte[] bytes = text;
    boolean negative = bytes[start] == '-';
    int digitsAt = negative ? start + 1 : start;
    int at = digitsAt;
    long value = 0;
    while (isDigit(bytes[at])) {
      value = value * 10 + bytes[at] - '0';
      at++;
    }
    if (at == digitsAt || bytes[digitsAt] == '0' && at > digitsAt + 1) {
      return VIOLATION;
    }
    isLong = at - digitsAt <= LONG_DIGITS;
    number = negative ? -value : value;
    if (bytes[at] == '.') {
      isLong = false;
      at = digits(at + 1);
    }
    if (at >= 0 && (bytes[at] == 'e' || bytes[at] == 'E')) {
      isLong = false;
      at = digits(bytes[at + 1] == '-' || bytes[at + 1] == '+' ? at + 2 : at + 1);
    }
    return at >= 0 && isEnd(at) ? at : VIOLATION;
  }

  /** The position after one or more digits. */
  private int digits(int start) {
    int at = start;
    while (isDigit(text[at])) {
      at++;
    }
    return at == start ? VIOLATION : at;
  }

  private int literal(int at) {
    int end =
        switch (text[at]) {
          case 't' -> (int) INT.get(text, at) == TRUE ? at + 4 : VIOLATION;
          case 'n' -> (int) INT.get(text, at) == NULL ? at + 4 : VIOLATION;
          case 'f' -> (int) INT.get(text, at + 1) == ALSE ? at + 5 : VIOLATION;
          default -> VIOLATION;
        };
    return end >= 0 && isEnd(end) ? end : VIOLATION;
  }

  /** Whether a number or a literal can end before a position. */
  private boolean isEnd(int at) {
    byte next = text[at];
    return next == ',' || next == '}' || next == ']' || isBlank(next) || at == length;
  }

  /** The position of the first byte that is not blank. */
  private int blanks(int start) {
    int at = start;
    while (isBlank(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
