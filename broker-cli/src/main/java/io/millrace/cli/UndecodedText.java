package io.millrace.cli;

import io.millrace.cli.command.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds arguments and settings of the environment that the JVM could not decode. The JVM decodes
 * them with the character encoding of the locale, and replaces each byte that it cannot decode by
 * U+FFFD. A key or a source would then be stored with a wrong text. The launcher sets a locale with
 * UTF-8; a JVM that is started in another way can have the locale C.
 */
final class UndecodedText {

  private static final char REPLACEMENT = '\uFFFD';

  private static final String ENVIRONMENT_PREFIX = "MILLRACE_";

  private UndecodedText() {}

  /**
   * The message for the first undecoded text; empty if there is none.
   *
   * @param encoding name of the encoding that the JVM has used
   */
  static Optional<String> in(String[] args, Map<String, String> environment, String encoding) {
    for (int i = 0; i < args.length; i++) {
      if (isUndecoded(args[i])) {
        return Optional.of(
            message("argument " + (i + 1) + " (" + Printable.line(args[i]) + ")", encoding));
      }
    }
    return new TreeMap<>(environment)
        .entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(ENVIRONMENT_PREFIX))
            .filter(entry -> isUndecoded(entry.getValue()))
            .findFirst()
            .map(entry -> message("the environment variable " + entry.getKey(), encoding));
  }

  private static boolean isUndecoded(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }

  private static String message(String what, String encoding) {
    return StandardCharsets.UTF_8.name().equalsIgnoreCase(encoding)
        ? what + " is not valid UTF-8; convert it to UTF-8"
        : what
            + " cannot be decoded, because the encoding of the locale is "
            + encoding
            + "; set LC_ALL=C.UTF-8";
  }
}
