package io.millrace.spring;

import io.millrace.client.ProcessOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.springframework.util.StringUtils;

/** Reads the annotation of a listener, with the properties as defaults. */
final class ListenerSpecReader {

  private final String method;
  private final UnaryOperator<String> resolver;
  private final MillraceProperties.ListenerProperties defaults;

  /**
   * Creates a reader.
   *
   * @param method the name of the bean and the method, for messages and as the default id
   * @param resolver replaces placeholders and expressions; may return null
   */
  ListenerSpecReader(
      String method,
      UnaryOperator<String> resolver,
      MillraceProperties.ListenerProperties defaults) {
    this.method = method;
    this.resolver = resolver;
    this.defaults = defaults;
  }

  /**
   * Reads the annotation.
   *
   * @throws ListenerConfigurationException if a value is not allowed, or one is missing
   */
  ListenerSpec read(MillraceListener annotation) {
    List<String> topics = names("topics", annotation.topics());
    String pattern = text("pattern", annotation.pattern());
    if (topics.isEmpty() && pattern.isEmpty()) {
      throw refused("it names no topics", "set topics or pattern in the annotation");
    }
    String id = text("id", annotation.id());
    return new ListenerSpec(
        id.isEmpty() ? method : id,
        group(annotation),
        topics,
        pattern,
        text("where", annotation.where()),
        names("sources", annotation.sources()),
        options(annotation),
        oneOf(OnFailure.class, "onFailure", annotation.onFailure(), defaults.onFailure()),
        flag("autoStartup", annotation.autoStartup(), defaults.autoStartup()));
  }

  private String group(MillraceListener annotation) {
    String group = text("group", annotation.group());
    if (group.isEmpty()) {
      group = Objects.requireNonNullElse(defaults.group(), "");
    }
    if (group.isBlank()) {
      throw refused(
          "it has no group",
          "set group in the annotation, or the property millrace.listener.group");
    }
    return group;
  }

  private ProcessOptions options(MillraceListener annotation) {
    int concurrency = number("concurrency", annotation.concurrency(), defaults.concurrency());
    int attempts = number("attempts", annotation.attempts(), defaults.attempts());
    ProcessOptions.Ordering ordering =
        oneOf(
            ProcessOptions.Ordering.class, "ordering", annotation.ordering(), defaults.ordering());
    try {
      return ProcessOptions.of(concurrency, ordering)
          .maxInFlight(defaults.maxInFlightEvents(), defaults.maxInFlightSize().toBytes())
          .retry(attempts, defaults.firstPause(), defaults.longestPause())
          .drain(defaults.drain());
    } catch (IllegalArgumentException e) {
      throw new ListenerConfigurationException(
          method,
          e.getMessage(),
          "correct the annotation or the properties millrace.listener.*",
          e);
    }
  }

  private List<String> names(String attribute, String[] texts) {
    List<String> names = new ArrayList<>();
    for (String text : texts) {
      for (String name : StringUtils.tokenizeToStringArray(text(attribute, text), ",")) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  private int number(String attribute, String text, int otherwise) {
    String number = text(attribute, text);
    try {
      return number.isEmpty() ? otherwise : Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw refused(attribute + " must be a number, not '" + number + "'", "correct it");
    }
  }

  private boolean flag(String attribute, String text, boolean otherwise) {
    String flag = text(attribute, text);
    return switch (flag.toLowerCase(Locale.ROOT)) {
      case "" -> otherwise;
      case "true" -> true;
      case "false" -> false;
      default ->
          throw refused(attribute + " must be true or false, not '" + flag + "'", "correct it");
    };
  }

  private <E extends Enum<E>> E oneOf(Class<E> type, String attribute, String text, E otherwise) {
    String name = text(attribute, text);
    if (name.isEmpty()) {
      return otherwise;
    }
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(name)) {
        return each;
      }
    }
    throw refused(
        attribute
            + " must be one of "
            + Arrays.toString(type.getEnumConstants())
            + ", not '"
            + name
            + "'",
        "correct it");
  }

  /** The text without placeholders, and without space around it; never null. */
  private String text(String attribute, String text) {
    try {
      String resolved = resolver.apply(text);
      return resolved == null ? "" : resolved.strip();
    } catch (RuntimeException e) {
      throw new ListenerConfigurationException(
          method,
          attribute + " '" + text + "' cannot be resolved: " + e.getMessage(),
          "set the property that it names",
          e);
    }
  }

  private ListenerConfigurationException refused(String problem, String action) {
    return new ListenerConfigurationException(method, problem, action);
  }
}
