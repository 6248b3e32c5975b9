package io.millrace.cli.format;

import java.util.ArrayList;
import java.util.List;

/**
 * The path of a field in a JSON object. {@code data.s} is the field {@code s} of the object {@code
 * data}. A dot in a name is written {@code \.}.
 *
 * @param text the path as the user wrote it
 * @param names the names, the outermost first; at least one
 */
public record FieldPath(String text, List<String> names) {

  public FieldPath {
    names = List.copyOf(names);
  }

  /**
   * Parses a path.
   *
   * @throws IllegalArgumentException if a name is empty
   */
  public static FieldPath parse(String text) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '.') {
        name.append('.');
        i++;
      } else if (c == '.') {
        add(names, name, text);
      } else {
        name.append(c);
      }
    }
    add(names, name, text);
    return new FieldPath(text, names);
  }

  private static void add(List<String> names, StringBuilder name, String text) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a field path; expected a name, or names joined by dots: data.s");
    }
    names.add(name.toString());
    name.setLength(0);
  }

  @Override
  public String toString() {
    return text;
  }
}
