package io.millrace.server.settings;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.NearestName;
import io.millrace.protocol.TimeSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings that a user gave, as text, each with its origin. The typed methods read and parse
 * one setting. An option of the command line overrides an environment variable, which overrides the
 * file. A setting that the user gave and that no part has read is unknown. One thread.
 */
public final class SettingValues {

  /** The text for "without limit"; the typed value is zero. */
  static final String UNLIMITED = "unlimited";

  /** The text for a file that is not set. */
  static final String NONE = "none";

  /**
   * @param text as the user wrote it; null for a key without a value
   * @param origin for error messages: a file and line, a variable, or a command line option
   */
  private record Given(String text, String origin) {}

  private final Map<String, Given> file = new LinkedHashMap<>();
  private final Map<String, Given> options = new LinkedHashMap<>();
  private final EnvironmentVariables environment;
  private final Map<String, String> defaults = new LinkedHashMap<>();

  /** The settings of the environment only. */
  public SettingValues(EnvironmentVariables environment) {
    this.environment = environment;
  }

  /** No settings; every value is its default. */
  public SettingValues() {
    this(EnvironmentVariables.of(Map.of()));
  }

  /**
   * Adds a setting of the file.
   *
   * @param text null for a key without a value
   * @param origin the file and line
   */
  public void putInFile(String key, String text, String origin) {
    file.put(key, new Given(text, origin));
  }

  /**
   * Adds a setting of the command line.
   *
   * @param typed as the user typed it, such as {@code --port 9810}
   */
  public void putOption(String key, String text, String typed) {
    options.put(key, new Given(text, "command line " + typed));
  }

  /** The settings of one section. */
  public SettingsSection section(String name) {
    return new SettingsSection(name, this);
  }

  /** The keys that were read so far, with their defaults as text, in the order of reading. */
  public Map<String, String> defaults() {
    return Collections.unmodifiableMap(defaults);
  }

  /** The settings that were read so far, in the order of reading. */
  public List<EffectiveSetting> effective() {
    List<EffectiveSetting> effective = new ArrayList<>();
    defaults.forEach(
        (key, fallback) -> {
          Given given = find(key);
          effective.add(
              given == null
                  ? new EffectiveSetting(key, fallback, "default")
                  : new EffectiveSetting(key, given.text.strip(), given.origin));
        });
    return effective;
  }

  /** The settings of the file, by key. */
  public Map<String, String> textsInFile() {
    Map<String, String> texts = new LinkedHashMap<>();
    file.forEach((key, value) -> texts.put(key, value.text));
    return texts;
  }

  public String text(String key, String fallback) {
    return read(key, fallback, "text", Function.identity());
  }

  public Path path(String key, String fallback) {
    return read(key, fallback, "a directory", SettingValues::parsePath);
  }

  /** A file; empty for {@code none}, which is the default. */
  public Optional<Path> fileOrNone(String key) {
    return read(
        key,
        NONE,
        "a file, or none",
        text -> text.equals(NONE) ? Optional.empty() : Optional.of(parsePath(text)));
  }

  public int count(String key, int fallback) {
    return read(key, Integer.toString(fallback), "a whole number, such as 10", Integer::parseInt);
  }

  public long size(String key, long fallback) {
    return read(key, ByteSize.format(fallback), "a size, such as 4MiB", ByteSize::parse);
  }

  public Duration duration(String key, Duration fallback) {
    return read(key, TimeSpan.format(fallback), "a duration, such as 10s", TimeSpan::parse);
  }

  public long sizeOrUnlimited(String key) {
    return read(
        key,
        UNLIMITED,
        "a size, such as 10GiB, or unlimited",
        text -> text.equals(UNLIMITED) ? 0 : positive(ByteSize.parse(text)));
  }

  public Duration durationOrUnlimited(String key) {
    return durationOrUnlimited(key, Duration.ZERO);
  }

  /**
   * A duration, or {@code unlimited}, which is zero.
   *
   * @param fallback zero: unlimited
   */
  public Duration durationOrUnlimited(String key, Duration fallback) {
    return read(
        key,
        fallback.isZero() ? UNLIMITED : TimeSpan.format(fallback),
        "a duration, such as 7d, or unlimited",
        text -> text.equals(UNLIMITED) ? Duration.ZERO : positive(TimeSpan.parse(text)));
  }

  public boolean flag(String key, boolean fallback) {
    return read(key, Boolean.toString(fallback), "true or false", SettingValues::parseBoolean);
  }

  /** One of several names. */
  public String oneOf(String key, String fallback, Collection<String> names) {
    return read(
        key,
        fallback,
        String.join(" or ", names),
        text -> {
          if (!names.contains(text)) {
            throw new IllegalArgumentException(text);
          }
          return text;
        });
  }

  /**
   * Refuses the settings that the user gave and that no part has read.
   *
   * @throws ConfigException for the first of them, with the nearest known key
   */
  public void refuseUnknown() {
    environment.refuseUnknown(defaults.keySet());
    file.forEach(this::refuseUnknown);
    options.forEach(this::refuseUnknown);
  }

  private void refuseUnknown(String key, Given value) {
    if (!defaults.containsKey(key) && !isEmptySection(key, value)) {
      String known =
          defaults.keySet().stream()
              .filter(each -> each.startsWith(key + "."))
              .collect(Collectors.joining(", "));
      throw new ConfigException(
          key,
          known.isEmpty()
              ? "unknown setting '" + key + "'" + suggestion(key, defaults.keySet())
              : key + " is '" + value.text + "'; it is a section with the settings " + known);
    }
  }

  /** Adds the origin of the setting to the message of an exception. */
  public ConfigException located(ConfigException e) {
    Given value = e.key().map(this::find).orElse(null);
    return value == null
        ? e
        : new ConfigException(e.key().get(), value.origin + ": " + e.getMessage(), e);
  }

  /**
   * The keys in the file and on the command line that begin with a prefix, in alphabetical order.
   */
  Set<String> givenKeys(String prefix) {
    return Stream.concat(file.keySet().stream(), options.keySet().stream())
        .filter(key -> key.startsWith(prefix))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether the user gave this setting. */
  public boolean isGiven(String key) {
    return find(key) != null;
  }

  /** Null for a setting that the user did not give. */
  private Given find(String key) {
    Given option = options.get(key);
    if (option != null) {
      return option;
    }
    String variable = EnvironmentVariables.variableOf(key);
    String text = environment.textOf(variable);
    return text == null ? file.get(key) : new Given(text, "environment " + variable);
  }

  private <T> T read(
      String key, String fallback, String expected, Function<String, ? extends T> parse) {
    defaults.put(key, fallback);
    Given value = find(key);
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
   * The end of an error message for an unknown name. It suggests the most similar known name. If no
   * whole name is similar, it suggests a name whose last part is similar.
   */
  public static String suggestion(String name, Set<String> known) {
    return NearestName.of(name, known)
        .or(
            () ->
                known.stream()
                    .filter(key -> NearestName.of(name, Set.of(lastPart(key))).isPresent())
                    .findFirst())
        .map(NearestName::question)
        .orElse("; config/broker.yaml lists all settings");
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /**
   * Whether the key names a section without settings. In a file, the section can have settings that
   * are all commented out.
   */
  private boolean isEmptySection(String key, Given value) {
    return value.text == null
        && defaults.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
  }

  /** Refuses an empty path, because it would mean the working directory. */
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
}
