package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import io.millrace.protocol.Quoted;
import io.millrace.security.Resource.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The text of a {@link Permission}.
 *
 * <pre>
 *   OPERATION topic:PATTERN
 *   write topic:PATTERN source:SOURCE
 *   OPERATION group:PATTERN
 *   OPERATION broker
 * </pre>
 *
 * <p>The parts are separated by one space. A pattern is a name, or the beginning of names and a
 * {@code *}. A source is a pattern, or {@value #PRINCIPAL} for the name of the principal. The name
 * of a group and a source extend to the end of the text, so that both may contain spaces. A name
 * that ends with a {@code *} can be reached by a prefix only, and so can a source that begins with
 * {@code $} only by {@code *}.
 */
public final class PermissionText {

  /** The source that stands for the name of the principal. */
  public static final String PRINCIPAL = "$principal";

  private static final int MAX_CHARS = 1024;
  private static final String SOURCE = "source:";
  private static final String EXAMPLE = "expected a text such as 'read topic:rides*'";

  private final String text;

  private PermissionText(String text) {
    this.text = text;
  }

  /**
   * Reads a permission.
   *
   * @throws InvalidTextException {@code INVALID_RULE}
   */
  public static Permission parse(String text) {
    return new PermissionText(text).permission();
  }

  /** The text that {@link #parse} reads. */
  public static String format(Permission permission) {
    String resource =
        permission.kind() == Kind.BROKER
            ? Kind.BROKER.text()
            : permission.kind().text() + ":" + permission.resource();
    return permission.operation().text()
        + " "
        + resource
        + permission.source().map(source -> " " + SOURCE + source).orElse("");
  }

  private Permission permission() {
    if (text.length() > MAX_CHARS) {
      throw invalid("is longer than " + MAX_CHARS + " characters");
    }
    int space = text.indexOf(' ');
    if (space < 0) {
      throw invalid("has one word; " + EXAMPLE);
    }
    Operation operation = operation(text.substring(0, space));
    String rest = text.substring(space + 1);
    Kind kind = kind(rest);
    if (!operation.appliesTo(kind)) {
      throw invalid(
          "has the operation '"
              + operation.text()
              + "', which does not exist for "
              + kind.text()
              + "; expected "
              + operationsOf(kind));
    }
    return switch (kind) {
      case TOPIC -> ofTopic(operation, named(Kind.TOPIC, rest));
      case GROUP -> ofGroup(operation, named(Kind.GROUP, rest));
      case BROKER -> new Permission(operation, kind, new NamePattern("", false), Optional.empty());
    };
  }

  private static String named(Kind kind, String rest) {
    return rest.substring(kind.text().length() + 1);
  }

  private Permission ofTopic(Operation operation, String rest) {
    int space = rest.indexOf(' ');
    NamePattern topic = NamePattern.parse(space < 0 ? rest : rest.substring(0, space));
    TopicPattern.breach(topic)
        .ifPresent(
            breach -> {
              throw invalid("has the topic " + Quoted.text(topic.toString()) + ", which " + breach);
            });
    Optional<NamePattern> source =
        space < 0 ? Optional.empty() : Optional.of(source(operation, rest.substring(space + 1)));
    return new Permission(operation, Kind.TOPIC, topic, source);
  }

  private Permission ofGroup(Operation operation, String name) {
    NamePattern group = NamePattern.parse(name);
    Optional<String> breach =
        group.isPrefix()
            ? PrintableName.breachOfPrefix(group.text())
            : PrintableName.breach(group.text());
    if (breach.isPresent()) {
      throw invalid("has the group " + Quoted.text(name) + ", which " + breach.get());
    }
    return new Permission(operation, Kind.GROUP, group, Optional.empty());
  }

  private NamePattern source(Operation operation, String clause) {
    if (!clause.startsWith(SOURCE)) {
      throw invalid(
          "has "
              + Quoted.text(clause)
              + " after the topic; expected nothing, or for write 'source:NAME', 'source:PREFIX*'"
              + " or 'source:"
              + PRINCIPAL
              + "'");
    }
    if (operation != Operation.WRITE) {
      throw invalid("has a source, which only write can have; " + operation.text() + " has none");
    }
    String name = clause.substring(SOURCE.length());
    if (name.isEmpty() || PrintableName.isLongerThan(name, PrintableName.MAX_BYTES + 1)) {
      throw invalid("has a source that is empty or longer than 255 bytes of UTF-8");
    }
    if (name.startsWith("$") && !name.equals(PRINCIPAL)) {
      throw invalid(
          "has the source "
              + Quoted.text(name)
              + "; only '"
              + PRINCIPAL
              + "' may begin with '$', and it has nothing after it");
    }
    NamePattern source = NamePattern.parse(name);
    boolean isLong = PrintableName.isLongerThan(source.text(), PrintableName.MAX_BYTES);
    if (isLong || hasUnpairedSurrogate(name)) {
      throw invalid("has a source that is not 1 to 255 bytes of UTF-8");
    }
    return source;
  }

  private static boolean hasUnpairedSurrogate(String name) {
    return name.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private Operation operation(String word) {
    for (Operation each : Operation.values()) {
      if (each.text().equals(word)) {
        return each;
      }
    }
    List<String> all = Arrays.stream(Operation.values()).map(Operation::text).toList();
    throw invalid(
        "begins with "
            + Quoted.text(word)
            + ", which is no operation; expected "
            + String.join(", ", all)
            + NearestName.suggestion(word, all));
  }

  private Kind kind(String rest) {
    if (rest.equals(Kind.BROKER.text())) {
      return Kind.BROKER;
    }
    int colon = rest.indexOf(':');
    String word = colon < 0 ? rest : rest.substring(0, colon);
    if (colon >= 0 && word.equals(Kind.TOPIC.text())) {
      return Kind.TOPIC;
    }
    if (colon >= 0 && word.equals(Kind.GROUP.text())) {
      return Kind.GROUP;
    }
    throw invalid(
        "has the resource "
            + Quoted.text(rest)
            + "; expected topic:NAME, topic:PREFIX*, group:NAME, group:PREFIX* or broker"
            + NearestName.of(word, kinds()).map(near -> colonOf(near, word)).orElse(""));
  }

  private static List<String> kinds() {
    return Arrays.stream(Kind.values()).map(Kind::text).toList();
  }

  private static String colonOf(String kind, String word) {
    return kind.equals(word) ? "" : NearestName.question(kind);
  }

  private static String operationsOf(Kind kind) {
    return Arrays.stream(Operation.values())
        .filter(each -> each.appliesTo(kind))
        .map(Operation::text)
        .collect(Collectors.joining(", "));
  }

  private InvalidTextException invalid(String problem) {
    return new InvalidTextException(
        ErrorCode.INVALID_RULE, "permission " + Quoted.text(text) + " " + problem);
  }
}
