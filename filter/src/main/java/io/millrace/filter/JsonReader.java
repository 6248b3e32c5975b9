package io.millrace.filter;

import static io.millrace.filter.JsonScanner.VIOLATION;

import io.millrace.filter.FieldValue.Type;
import io.millrace.filter.JsonPaths.Node;
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
 * <p>The recursion is as deep as the deepest wanted path. {@link JsonScanner} skips other values.
 * Used by one thread.
 */
final class JsonReader {

  /** A result instead of a position, as {@link JsonScanner#VIOLATION}. */
  private static final int FOUND_ALL = -1;

  private final JsonPaths paths;
  private final JsonScanner scanner = new JsonScanner();

  /** For each node, the last reading that has met it. */
  private final long[] metIn;

  private long reading;
  private byte[] text;
  private int length;
  private FieldValue[] values;

  JsonReader(JsonPaths paths) {
    this.paths = paths;
    this.metIn = new long[paths.nodeCount()];
  }

  /**
   * Reads the text at {@code [0, length)} and sets the wanted values. The caller has set all of
   * them to missing.
   *
   * @param bytes with {@link JsonScanner#PADDING} zeros after the text
   * @param slots where the wanted values are set; they refer to the bytes
   * @return false if a violation of JSON stands before the end of the search
   */
  boolean read(byte[] bytes, int length, FieldValue[] slots) {
    this.text = bytes;
    scanner.open(bytes, length);
    this.length = length;
    this.values = slots;
    this.reading++;
    int at = scanner.blanks(isMark(bytes) ? 3 : 0);
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
      int end = scanner.string(at + 1);
      if (end >= 0 && found != null) {
        found.setJsonText(text, at + 1, end - 1, scanner.escaped());
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
      return more ? scanner.skip(at, node.depth) : FOUND_ALL;
    }
    int end = first == '-' || JsonScanner.isDigit(first) ? scanner.number(at) : scanner.literal(at);
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
        if (scanner.isLong()) {
          found.setLong(scanner.number());
        } else {
          found.setDecimal(text, at, end);
        }
      }
    }
  }

  /** Reads an object with wanted members, from the position after its brace. */
  private int object(Node node, int start, boolean more) {
    int at = scanner.blanks(start);
    if (text[at] == '}') {
      return at + 1;
    }
    int left = node.members.length;
    while (true) {
      if (text[at] != '"') {
        return VIOLATION;
      }
      int nameAt = at + 1;
      int nameEnd = scanner.string(nameAt);
      if (nameEnd == VIOLATION) {
        return VIOLATION;
      }
      Node member = member(node, nameAt, nameEnd - 1);
      at = scanner.afterColon(nameEnd);
      if (at == VIOLATION) {
        return VIOLATION;
      }
      if (member == null) {
        at = scanner.skip(at, node.depth + 1);
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
      at = scanner.blanks(at);
      if (text[at] == '}') {
        return at + 1;
      }
      if (text[at] != ',') {
        return VIOLATION;
      }
      at = scanner.blanks(at + 1);
    }
  }

  /** The node of a wanted member that is met for the first time, or null. */
  private Node member(Node node, int nameAt, int nameEnd) {
    if (scanner.escaped()) {
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
    int at = scanner.blanks(start);
    if (text[at] == ']') {
      return at + 1;
    }
    int next = 0;
    for (int index = 0; ; index++) {
      if (next == node.indexes.length || node.indexes[next] != index) {
        at = scanner.skip(at, node.depth + 1);
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
      at = scanner.blanks(at);
      if (text[at] == ']') {
        return at + 1;
      }
      if (text[at] != ',') {
        return VIOLATION;
      }
      at = scanner.blanks(at + 1);
    }
  }
}
