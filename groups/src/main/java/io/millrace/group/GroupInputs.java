package io.millrace.group;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.List;
import java.util.Optional;

/**
 * The rules for names and numbers from outside. A name of a group or a member is 1 to {@value
 * GroupLimits#NAME_BYTES} bytes of UTF-8, printable on one line, without a space at its ends, and
 * neither {@code .} nor {@code ..}, which are no place in a URL.
 */
final class GroupInputs {

  private static final int MAX_TOPIC_CHARS = 249;

  private GroupInputs() {}

  /** Refuses a group name with {@code INVALID_GROUP_NAME}. */
  static void groupName(String name) {
    breach(name)
        .ifPresent(
            breach -> {
              throw new RefusedException(
                  ErrorCode.INVALID_GROUP_NAME,
                  "group name "
                      + Quoted.text(name)
                      + " "
                      + breach
                      + "; choose 1 to "
                      + GroupLimits.NAME_BYTES
                      + " bytes of printable UTF-8, other than '.' and '..'");
            });
  }

  /** Refuses what a member says of itself with {@code INVALID_REQUEST}. */
  static void member(String id, MemberSettings settings) {
    name("member id", id);
    if (!settings.staticName().isEmpty()) {
      name("static name", settings.staticName());
    }
    client(settings.clientId(), settings.host());
    range(
        "session timeout",
        settings.sessionTimeoutMicros(),
        GroupLimits.MIN_SESSION_MICROS,
        GroupLimits.MAX_SESSION_MICROS);
    if (settings.maxProcessingMicros() != 0) {
      range(
          "processing time",
          settings.maxProcessingMicros(),
          GroupLimits.MIN_SESSION_MICROS,
          GroupLimits.MAX_SESSION_MICROS);
    }
  }

  /** Refuses what a client says of itself with {@code INVALID_REQUEST}. */
  static void client(String clientId, String host) {
    text("client id", clientId, GroupLimits.NAME_BYTES);
    text("host", host, GroupLimits.NAME_BYTES);
  }

  /** Refuses a subscription with {@code INVALID_REQUEST}, {@code INVALID_TOPIC_NAME} or a limit. */
  static void subscription(MemberSubscription subscription) {
    if (subscription.version() < 1) {
      throw invalid(
          "a subscription has version " + subscription.version() + "; expected 1 or more");
    }
    List<String> topics = subscription.topics();
    if (topics.isEmpty() && subscription.pattern().isEmpty()) {
      throw invalid("a subscription is empty; name a topic or a pattern");
    }
    if (topics.size() > GroupLimits.TOPICS) {
      throw new RefusedException(
          ErrorCode.LIMIT_REACHED,
          "a subscription names "
              + topics.size()
              + " topics; the limit is "
              + GroupLimits.TOPICS
              + "; use a pattern");
    }
    topics.forEach(topic -> topicName("a subscription", topic));
    if (!subscription.pattern().isEmpty()) {
      pattern(subscription.pattern());
    }
  }

  /** Refuses a metadata text with {@code INVALID_REQUEST}. */
  static void metadata(String metadata) {
    text("metadata", metadata, GroupLimits.METADATA_BYTES);
  }

  /** Refuses a list that is too long with {@code LIMIT_REACHED}. */
  static void partitions(int count) {
    if (count > GroupLimits.PARTITIONS) {
      throw new RefusedException(
          ErrorCode.LIMIT_REACHED,
          "a request has "
              + count
              + " partitions; the limit is "
              + GroupLimits.PARTITIONS
              + "; use several requests");
    }
  }

  static RefusedException invalid(String message) {
    return new RefusedException(ErrorCode.INVALID_REQUEST, message);
  }

  static void range(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw invalid(what + " is " + value + " microseconds; choose " + least + " to " + most);
    }
  }

  static void topicName(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_TOPIC_CHARS || !ofTopicChars(name, "")) {
      throw new RefusedException(
          ErrorCode.INVALID_TOPIC_NAME,
          what
              + " names "
              + Quoted.text(name)
              + ", which no topic can have; a topic name is 1 to "
              + MAX_TOPIC_CHARS
              + " characters of a-z, A-Z, 0-9, '.', '_' and '-'");
    }
  }

  /** Refuses the name of a dead-letter topic that is too long with {@code INVALID_TOPIC_NAME}. */
  static void deadLetterTopicName(String topic, String name) {
    if (name.length() > MAX_TOPIC_CHARS) {
      throw new RefusedException(
          ErrorCode.INVALID_TOPIC_NAME,
          "the dead letters of topic "
              + Quoted.text(topic)
              + " would go to a topic whose name has "
              + name.length()
              + " characters; the limit is "
              + MAX_TOPIC_CHARS
              + "; name a dead-letter topic, or discard dead letters");
    }
  }

  private static void pattern(String pattern) {
    if (pattern.length() > MAX_TOPIC_CHARS || !ofTopicChars(pattern, "*?")) {
      throw invalid(
          "pattern "
              + Quoted.text(pattern)
              + " is not allowed; choose 1 to "
              + MAX_TOPIC_CHARS
              + " characters of a-z, A-Z, 0-9, '.', '_', '-', '*' (any characters) and '?' (one)");
    }
    long stars = pattern.chars().filter(c -> c == '*').count();
    if (stars > TopicGlob.MAX_STARS) {
      throw invalid(
          "pattern "
              + Quoted.text(pattern)
              + " has "
              + stars
              + " stars; the limit is "
              + TopicGlob.MAX_STARS);
    }
  }

  private static boolean ofTopicChars(String text, String others) {
    return text.chars()
        .allMatch(
            c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "._-".indexOf(c) >= 0
                    || others.indexOf(c) >= 0);
  }

  private static void name(String what, String name) {
    breach(name)
        .ifPresent(
            breach -> {
              throw invalid(
                  what
                      + " "
                      + Quoted.text(name)
                      + " "
                      + breach
                      + "; choose 1 to "
                      + GroupLimits.NAME_BYTES
                      + " bytes of printable UTF-8");
            });
  }

  /** What is wrong with a name. */
  private static Optional<String> breach(String name) {
    if (name.isEmpty()) {
      return Optional.of("is empty");
    }
    if (name.length() > GroupLimits.NAME_BYTES || utf8Bytes(name) > GroupLimits.NAME_BYTES) {
      return Optional.of("is longer than " + GroupLimits.NAME_BYTES + " bytes");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("is the name of a directory");
    }
    if (name.startsWith(" ") || name.endsWith(" ")) {
      return Optional.of("has a space at an end");
    }
    for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
      if (!printable(name.codePointAt(i))) {
        return Optional.of("has a character that is not printable at position " + i);
      }
    }
    return Optional.empty();
  }

  private static boolean printable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ';
      default -> true;
    };
  }

  static void text(String what, String text, int maxBytes) {
    if (text.length() > maxBytes || utf8Bytes(text) > maxBytes) {
      throw invalid(what + " is longer than its limit of " + maxBytes + " bytes of UTF-8");
    }
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw invalid(what + " has half a surrogate pair, which UTF-8 cannot express");
    }
  }

  private static int utf8Bytes(String text) {
    return text.codePoints().map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4).sum();
  }
}
