package io.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The code blocks of README.md. */
final class Readme {

  private Readme() {}

  /** The code blocks of a language, such as {@code sh}, in their order. */
  static List<String> blocks(String language) throws IOException {
    String readme = Files.readString(SharedData.repository().resolve("README.md"));
    Matcher matcher =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(readme);
    return matcher.results().map(block -> block.group(1)).toList();
  }
}
