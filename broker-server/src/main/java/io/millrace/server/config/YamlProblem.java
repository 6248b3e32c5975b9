package io.millrace.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The problem for which the YAML parser refuses a file, on one line. The parser's own message has
 * several lines: the context and its place, then the problem and its place, each with an excerpt of
 * the file.
 *
 * @param line line of the file, from 1
 */
record YamlProblem(int line, String problem) {

  /**
   * Matches a line of the parser's message that names a place in the file. The line of the message
   * before it names the problem.
   */
  private static final Pattern PLACE = Pattern.compile("\\s*in .*, line (\\d+), column \\d+:?");

  static YamlProblem of(JsonProcessingException e) {
    List<String> lines = e.getOriginalMessage().lines().toList();
    for (int i = lines.size() - 1; i > 0; i--) {
      Matcher place = PLACE.matcher(lines.get(i));
      if (place.matches()) {
        return new YamlProblem(Integer.parseInt(place.group(1)), explain(lines.get(i - 1)));
      }
    }
    return new YamlProblem(e.getLocation().getLineNr(), explain(String.join("; ", lines)));
  }

  private static String explain(String problem) {
    return problem.contains("(TAB)")
        ? "a TAB is where YAML allows only spaces; replace it with spaces"
        : problem.strip() + "; config/broker.yaml shows the form of the file";
  }

  /** The line and the problem. A message has the name of the file before this text. */
  @Override
  public String toString() {
    return "line " + line + ": " + problem;
  }
}
