package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.UUID;

/**
 * The rules for topic names. A name stands in file names, URLs and metrics without escapes. A name
 * that begins with {@value #INTERNAL_PREFIX} is reserved for the broker's own topics.
 */
final class TopicName {

  static final String INTERNAL_PREFIX = "__";

  /** The topic with the state of consumer groups. */
  static final String GROUPS = INTERNAL_PREFIX + "groups";

  /** The topic with a copy of the audit log. */
  static final String AUDIT = INTERNAL_PREFIX + "audit";

  /** Before the id of a topic whose name is not known, because the broker refuses its state. */
  private static final String REFUSED_PREFIX = INTERNAL_PREFIX + "refused-";

  /** What to do about a refused topic. */
  static final String REPAIR_REFUSED =
      "'Refused topics' in docs/operations.md says how to repair it or to give it up";

  private static final int MAX_CHARS = 249;

  private TopicName() {}

  /** Returns a valid name; refuses any other with {@code INVALID_TOPIC_NAME}. */
  static String require(String name) {
    if (name.isEmpty()) {
      throw refused(name, "is empty");
    }
    if (name.length() > MAX_CHARS) {
      throw refused(name, "is longer than " + MAX_CHARS + " characters");
    }
    if (name.equals(".") || name.equals("..")) {
      throw refused(name, "is the name of a directory");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!allowed(name.charAt(i))) {
        throw refused(name, "has a character that is not allowed at position " + i);
      }
    }
    return name;
  }

  /** Whether a topic of this name is internal: clients may read it, and only the broker writes. */
  static boolean isInternal(String name) {
    return name.startsWith(INTERNAL_PREFIX);
  }

  /** The name under which a topic is listed that the broker refuses. */
  static String ofRefused(UUID topic) {
    return REFUSED_PREFIX + topic;
  }

  static boolean isRefused(String name) {
    return name.startsWith(REFUSED_PREFIX);
  }

  /** Refuses the name of an internal topic with {@code INVALID_TOPIC_NAME}. */
  static void requireNotInternal(String name) {
    if (isInternal(name)) {
      throw internal(name);
    }
  }

  /** The refusal of a change to an internal topic. */
  static BrokerException internal(String name) {
    if (isRefused(name)) {
      return new BrokerException(
          ErrorCode.INVALID_TOPIC_NAME,
          "topic "
              + Quoted.text(name)
              + " cannot be changed while the broker runs: its state is damaged or lost; "
              + REPAIR_REFUSED);
    }
    return new BrokerException(
        ErrorCode.INVALID_TOPIC_NAME,
        "topic "
            + Quoted.text(name)
            + " is internal: only the broker creates, alters, deletes and writes topics whose names"
            + " begin with '"
            + INTERNAL_PREFIX
            + "'; use a topic with another name");
  }

  private static boolean allowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  private static BrokerException refused(String name, String breach) {
    return new BrokerException(
        ErrorCode.INVALID_TOPIC_NAME,
        "topic name "
            + Quoted.text(name)
            + " "
            + breach
            + "; choose 1 to "
            + MAX_CHARS
            + " characters of a-z, A-Z, 0-9, '.', '_' and '-', other than '.' and '..'");
  }
}
