package io.millrace.cli;

import io.millrace.cli.command.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds arguments and settings of the environment that the JVM could not decode. The JVM decodes
 * them with the character encoding of the locale, and replaces each byte that it cannot decode by
 * U+FFFD. A key or a source would then be stored with a wrong text. The launcher sets a locale with
 * UTF-8; a JVM that is started in another way can have the locale C.
 *
 * <p>U+FFFD is also a character that a user can write. Then the bytes of the process are the UTF-8
 * form of the text.
 */
final class UndecodedText {

  private static final char REPLACEMENT = '\uFFFD';

  private static final String ENVIRONMENT_PREFIX = "MILLRACE_";

  private final String encoding;
  private final Path process;

  /**
   * @param encoding name of the encoding that the JVM has used
   * @param process directory of this process in {@code /proc}, with the bytes of the texts; read
   *     only if a text contains U+FFFD
   */
  UndecodedText(String encoding, Path process) {
    this.encoding = encoding;
    this.process = process;
  }

  /** The message for the first undecoded text; empty if there is none. */
  Optional<String> in(String[] args, Map<String, String> environment) {
    for (int i = 0; i < args.length; i++) {
      if (hasReplacement(args[i]) && !isWritten(args[i], args.length - i)) {
        return Optional.of(message("argument " + (i + 1) + " (" + Printable.line(args[i]) + ")"));
      }
    }
    return new TreeMap<>(environment)
        .entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(ENVIRONMENT_PREFIX))
            .filter(entry -> hasReplacement(entry.getValue()) && !isWritten(entry))
            .findFirst()
            .map(entry -> message("the environment variable " + entry.getKey()));
  }

  private static boolean hasReplacement(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }

  /**
   * Whether the user has written the text of an argument.
   *
   * @param fromEnd 1 for the last argument; the command line begins with those of the JVM
   */
  private boolean isWritten(String argument, int fromEnd) {
    List<byte[]> texts = textsIn("cmdline");
    return fromEnd <= texts.size() && isEncoded(argument, texts.get(texts.size() - fromEnd));
  }

  private boolean isWritten(Map.Entry<String, String> variable) {
    String text = variable.getKey() + "=" + variable.getValue();
    return textsIn("environ").stream().anyMatch(bytes -> isEncoded(text, bytes));
  }

  private static boolean isEncoded(String text, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes))
          .toString()
          .equals(text);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The texts of a file, each of which ends with a zero; empty if the system has no such file. */
  private List<byte[]> textsIn(String file) {
    byte[] all;
    try {
      all = Files.readAllBytes(process.resolve(file));
    } catch (IOException e) {
      return List.of();
    }
    List<byte[]> texts = new ArrayList<>();
    int begin = 0;
    for (int at = 0; at < all.length; at++) {
      if (all[at] == 0) {
        texts.add(Arrays.copyOfRange(all, begin, at));
        begin = at + 1;
      }
    }
    return texts;
  }

  private String message(String what) {
    return StandardCharsets.UTF_8.name().equalsIgnoreCase(encoding)
        ? what + " is not valid UTF-8; convert it to UTF-8"
        : what
            + " cannot be decoded, because the encoding of the locale is "
            + encoding
            + "; set LC_ALL=C.UTF-8";
  }
}
