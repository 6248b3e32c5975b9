package io.millrace.server.settings;

import io.millrace.protocol.Quoted;
import io.millrace.security.Principal;
import io.millrace.security.RoleName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A rule that makes the name of a principal of one name in a client certificate, such as {@code
 * uri:spiffe://prod/vehicle/* -> vehicle-*}. Immutable.
 *
 * <p>The pattern is a whole name, or the beginning or the end of names and one {@code *}, which
 * stands for one character or more. In the result, {@code *} stands for what the star of the
 * pattern matched.
 *
 * @param kind which names of the certificate the rule is for
 * @param pattern of a DNS name in lower case
 */
public record PrincipalRule(Kind kind, String pattern, String result) {

  /** Where a certificate has the name. */
  public enum Kind {
    /** A URI among the alternative names, such as a SPIFFE id. */
    URI,
    /** A DNS name among the alternative names. */
    DNS,
    /** The common name of the subject. */
    CN
  }

  private static final String ARROW = "->";
  private static final String STAR = "*";
  private static final int MAX_NAME_BYTES = 255;

  /**
   * The principal for a name of a certificate.
   *
   * @return empty if the name does not match, or if the result is not allowed as the name of a
   *     principal
   */
  public Optional<String> principal(Kind kindOfName, String name) {
    if (kindOfName != kind) {
      return Optional.empty();
    }
    String compared = kind == Kind.DNS ? name.toLowerCase(Locale.ROOT) : name;
    return starIn(compared)
        .map(star -> result.replace(STAR, star))
        .filter(PrincipalRule::isPrincipal);
  }

  /** What the star of the pattern stands for; empty text without a star. */
  private Optional<String> starIn(String name) {
    if (!pattern.contains(STAR)) {
      return name.equals(pattern) ? Optional.of("") : Optional.empty();
    }
    String given = pattern.replace(STAR, "");
    boolean matches = pattern.endsWith(STAR) ? name.startsWith(given) : name.endsWith(given);
    if (!matches || name.length() <= given.length()) {
      return Optional.empty();
    }
    return Optional.of(
        pattern.endsWith(STAR)
            ? name.substring(given.length())
            : name.substring(0, name.length() - given.length()));
  }

  /**
   * Whether a name may be that of a principal. A certificate could otherwise have a name that means
   * something else in rules and in the log.
   */
  private static boolean isPrincipal(String name) {
    return !name.isBlank()
        && name.strip().equals(name)
        && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
        && name.codePoints().allMatch(PrincipalRule::isPrintable)
        && !name.contains(STAR)
        && !name.startsWith(RoleName.PREFIX)
        && !name.equals(Principal.ANONYMOUS.name());
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /**
   * Reads rules.
   *
   * @param key of the setting, for errors
   * @param text rules with commas between them
   * @throws ConfigException if a rule is not valid
   */
  static List<PrincipalRule> parse(String key, String text) {
    List<PrincipalRule> rules = new ArrayList<>();
    for (String rule : text.split(",", -1)) {
      rules.add(rule(key, rule.strip()));
    }
    return rules;
  }

  private static PrincipalRule rule(String key, String text) {
    int arrow = text.indexOf(ARROW);
    int colon = text.indexOf(':');
    if (arrow < 0 || colon < 0 || colon > arrow) {
      throw wrong(key, text, "expected KIND:PATTERN -> PRINCIPAL, such as cn:admin -> alice");
    }
    Kind kind = kind(key, text, text.substring(0, colon).strip());
    String pattern = text.substring(colon + 1, arrow).strip();
    String result = text.substring(arrow + ARROW.length()).strip();
    checkPattern(key, text, pattern);
    checkResult(key, text, pattern, result);
    return new PrincipalRule(
        kind, kind == Kind.DNS ? pattern.toLowerCase(Locale.ROOT) : pattern, result);
  }

  private static Kind kind(String key, String rule, String name) {
    return Arrays.stream(Kind.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    key,
                    rule,
                    "its kind is "
                        + Quoted.text(name)
                        + "; expected "
                        + Arrays.stream(Kind.values())
                            .map(each -> each.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(" or "))));
  }

  private static void checkPattern(String key, String rule, String pattern) {
    if (pattern.isEmpty()) {
      throw wrong(key, rule, "it has no pattern; write a name, or * for all names");
    }
    boolean atAnEnd = pattern.startsWith(STAR) || pattern.endsWith(STAR);
    if (stars(pattern) > 1 || stars(pattern) == 1 && !atAnEnd) {
      throw wrong(
          key, rule, "a pattern may have one *, at its beginning or at its end, as in cn:gw-*");
    }
  }

  private static void checkResult(String key, String rule, String pattern, String result) {
    if (stars(result) > stars(pattern)) {
      throw wrong(
          key,
          rule,
          stars(pattern) == 0
              ? "the principal has a *, and the pattern has none that it could stand for"
              : "the principal may have one *");
    }
    if (!isPrincipal(result.replace(STAR, "x"))) {
      throw wrong(
          key,
          rule,
          "expected the name of a principal after the arrow: 1 to "
              + MAX_NAME_BYTES
              + " bytes of printable text that is not '"
              + Principal.ANONYMOUS.name()
              + "' and does not begin with '"
              + RoleName.PREFIX
              + "'");
    }
  }

  private static long stars(String text) {
    return text.chars().filter(c -> c == '*').count();
  }

  private static ConfigException wrong(String key, String rule, String problem) {
    return new ConfigException(key, key + " has the rule " + Quoted.text(rule) + ": " + problem);
  }
}
