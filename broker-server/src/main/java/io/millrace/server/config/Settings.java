package io.millrace.server.config;

import io.millrace.core.NearestName;
import io.millrace.protocol.ByteSize;
import io.millrace.protocol.TimeSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Settings as text, each with the place where it was said; typed on the way out. What is said later
 * wins. Asking for a key makes it known: what was said but never asked for is unknown. One thread.
 */
final class Settings {

  /** The text for "without limit"; the typed value is zero. */
  static final String UNLIMITED = "unlimited";

  /**
   * @param text as it was written, or null: a key without a value
   * @param where for people: a file and line, a variable, a flag
   */
  private record Said(String text, String where) {}

  private final Map<String, Said> said = new LinkedHashMap<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();

  void say(String key, String text, String where) {
    said.put(key, new Said(text, where));
  }

  /** The keys asked for so far, with their defaults as text, in the order of asking. */
  Map<String, String> defaults() {
    return Collections.unmodifiableMap(defaults);
  }

  /** What was said, by key. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    said.forEach((key, value) -> texts.put(key, value.text));
    return texts;
  }

  String text(String key, String fallback) {
    return read(key, fallback, "text", Function.identity());
  }

  Path path(String key, String fallback) {
    return read(key, fallback, "a directory", Settings::parsePath);
  }

  int count(String key, int fallback) {
    return read(key, Integer.toString(fallback), "a whole number, such as 10", Integer::parseInt);
  }

  long size(String key, long fallback) {
    return read(key, ByteSize.format(fallback), "a size, such as 4MiB", ByteSize::parse);
  }

  Duration duration(String key, Duration fallback) {
    return read(key, TimeSpan.format(fallback), "a duration, such as 10s", TimeSpan::parse);
  }

  long sizeOrUnlimited(String key) {
    return read(
        key,
        UNLIMITED,
        "a size, such as 10GiB, or unlimited",
        text -> text.equals(UNLIMITED) ? 0 : positive(ByteSize.parse(text)));
  }

  Duration durationOrUnlimited(String key) {
    return read(
        key,
        UNLIMITED,
        "a duration, such as 7d, or unlimited",
        text -> text.equals(UNLIMITED) ? Duration.ZERO : positive(TimeSpan.parse(text)));
  }

  boolean flag(String key, boolean fallback) {
    return read(key, Boolean.toString(fallback), "true or false", Settings::parseBoolean);
  }

  <E extends Enum<E>> E oneOf(String key, E fallback) {
    Class<E> type = fallback.getDeclaringClass();
    List<String> names = Stream.of(type.getEnumConstants()).map(Settings::nameOf).toList();
    return read(
        key,
        nameOf(fallback),
        String.join(" or ", names),
        text -> type.getEnumConstants()[indexOf(names, text)]);
  }

  /**
   * Refuses what was said but never asked for.
   *
   * @throws ConfigException naming the nearest known key
   */
  void refuseUnknown() {
    said.forEach(
        (key, value) -> {
          if (!defaults.containsKey(key) && !isEmptySection(key, value)) {
            throw new ConfigException(
                key, "unknown setting '" + key + "'" + suggestion(key, defaults.keySet()));
          }
        });
  }

  /** The exception with the place where its key was said in front. */
  ConfigException located(ConfigException e) {
    Said value = e.key().map(said::get).orElse(null);
    return value == null
        ? e
        : new ConfigException(e.key().get(), value.where + ": " + e.getMessage(), e);
  }

  private <T> T read(
      String key, String fallback, String expected, Function<String, ? extends T> parse) {
    defaults.put(key, fallback);
    Said value = said.get(key);
    if (value == null) {
      return parse.apply(fallback);
    }
    if (value.text == null) {
      throw new ConfigException(key, key + " has no value; expected " + expected);
    }
    try {
      return parse.apply(value.text.strip());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key, key + " is '" + value.text + "'; expected " + expected, e);
    }
  }

  /**
   * Half a sentence that names the nearest known name; by its last part where no whole one is near.
   */
  static String suggestion(String name, Set<String> known) {
    return NearestName.of(name, known)
        .or(
            () ->
                known.stream()
                    .filter(key -> NearestName.of(name, Set.of(lastPart(key))).isPresent())
                    .findFirst())
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("; config/broker.yaml lists all there are");
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** A section of a file in which every setting is commented out. */
  private boolean isEmptySection(String key, Said value) {
    return value.text == null
        && defaults.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
  }

  /** An empty path would be the working directory, whichever that is. */
  private static Path parsePath(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    return Path.of(text);
  }

  private static long positive(long bytes) {
    if (bytes == 0) {
      throw new IllegalArgumentException("0");
    }
    return bytes;
  }

  private static Duration positive(Duration time) {
    if (time.isZero()) {
      throw new IllegalArgumentException("0");
    }
    return time;
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static int indexOf(List<String> names, String text) {
    int index = names.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException(text);
    }
    return index;
  }

  private static String nameOf(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
