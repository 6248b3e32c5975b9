package io.millrace.server.settings;

import static io.millrace.server.settings.Bounds.GIB;
import static io.millrace.server.settings.Bounds.KIB;

import io.millrace.protocol.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The quotas, section {@code quotas}: for each kind of subjects, the rates of names and of patterns
 * of names. Immutable.
 *
 * @param clients the entries of {@code quotas.client}, the most specific one first
 * @param sources the entries of {@code quotas.source}, the most specific one first
 */
public record QuotaSettings(List<Entry> clients, List<Entry> sources) {

  /** No quotas. */
  public static final QuotaSettings NONE = new QuotaSettings(List.of(), List.of());

  private static final String ALL = "*";
  private static final String PRODUCE = "produceBytesPerSecond";
  private static final String READ = "readBytesPerSecond";
  private static final int MAX_NAME_BYTES = 255;

  /** The lowest quota: with less, one batch would use up the quota of minutes. */
  private static final long MIN_RATE = KIB;

  private static final long MAX_RATE = 1024 * GIB;

  /** An exact name is more specific than a pattern, and a longer pattern than a shorter one. */
  private static final Comparator<Entry> MOST_SPECIFIC_FIRST =
      Comparator.comparing(Entry::isPattern)
          .thenComparing(
              Comparator.comparingInt((Entry each) -> each.pattern().length()).reversed())
          .thenComparing(Entry::pattern);

  /**
   * The rates of the names that match a pattern, in bytes per second.
   *
   * @param pattern a name, or the beginning of names with a {@code *} at its end
   * @param produce empty if the entry does not set it; 0: unlimited
   * @param read empty if the entry does not set it; 0: unlimited
   */
  public record Entry(String pattern, OptionalLong produce, OptionalLong read) {

    /** Whether several names can match. */
    public boolean isPattern() {
      return pattern.endsWith(ALL);
    }

    /** Whether a name matches. */
    public boolean matches(String name) {
      return isPattern()
          ? name.startsWith(pattern.substring(0, pattern.length() - ALL.length()))
          : name.equals(pattern);
    }
  }

  /** Copies the lists. */
  public QuotaSettings {
    clients = List.copyOf(clients);
    sources = List.copyOf(sources);
  }

  /** Whether no name has a quota. */
  public boolean isEmpty() {
    return !limits(clients) && !limits(sources);
  }

  private static boolean limits(List<Entry> entries) {
    return entries.stream()
        .anyMatch(each -> each.produce().orElse(0) > 0 || each.read().orElse(0) > 0);
  }

  /**
   * Reads the section {@code quotas}. A key is {@code quotas.client.NAME.produceBytesPerSecond},
   * and the name may have dots.
   */
  public static QuotaSettings from(SettingValues settings) {
    return new QuotaSettings(
        entries(settings, "quotas.client.", true), entries(settings, "quotas.source.", false));
  }

  private static List<Entry> entries(SettingValues settings, String prefix, boolean reads) {
    List<String> patterns = new ArrayList<>();
    patterns.add(ALL); // read first and always, so that every broker knows the settings
    for (String key : settings.givenKeys(prefix)) {
      String pattern = patternIn(key, prefix);
      if (!pattern.isEmpty() && !patterns.contains(pattern)) {
        requirePattern(key, pattern);
        patterns.add(pattern);
      }
    }
    return patterns.stream()
        .map(
            pattern ->
                new Entry(
                    pattern,
                    rate(settings, prefix + pattern + "." + PRODUCE, pattern),
                    reads
                        ? rate(settings, prefix + pattern + "." + READ, pattern)
                        : OptionalLong.empty()))
        .sorted(MOST_SPECIFIC_FIRST)
        .toList();
  }

  /** The name in a key; empty if the key does not end with a rate, and is therefore unknown. */
  private static String patternIn(String key, String prefix) {
    int end = key.lastIndexOf('.');
    String last = key.substring(end + 1);
    boolean isRate = last.equals(PRODUCE) || last.equals(READ);
    return isRate && end > prefix.length() ? key.substring(prefix.length(), end) : "";
  }

  private static void requirePattern(String key, String pattern) {
    int star = pattern.indexOf(ALL);
    if (star >= 0 && star < pattern.length() - ALL.length()) {
      throw new ConfigException(
          key,
          "the name "
              + Quoted.text(pattern)
              + " has a * that is not at its end; write a whole name, or the beginning of names"
              + " and one * at its end");
    }
    int bytes = pattern.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_NAME_BYTES) {
      throw new ConfigException(
          key,
          "the name has " + bytes + " bytes of UTF-8; no name has more than " + MAX_NAME_BYTES);
    }
  }

  private static OptionalLong rate(SettingValues settings, String key, String pattern) {
    boolean given = settings.isGiven(key);
    if (!given && !pattern.equals(ALL)) {
      return OptionalLong.empty();
    }
    long rate = settings.sizeOrUnlimited(key);
    if (rate != 0) {
      Bounds.size(key, rate, MIN_RATE, MAX_RATE);
    }
    return OptionalLong.of(rate);
  }
}
