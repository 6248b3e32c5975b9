package io.millrace.filter;

import java.util.Random;

/** Writes random JSON texts: few names and values, in many forms. */
final class RandomJson {

  static final String[] NAMES = {"a", "b", "delta", "odd name", "é", ""};
  static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "1.0",
    "-1",
    "100",
    "1e2",
    "99.99",
    "0.1",
    "0.10",
    "1E-1",
    "9007199254740992",
    "9007199254740993",
    "9007199254740992.0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "1e18",
    "1000000000000000000",
    "1e999",
    "-1e999",
    "1e-999",
    "9".repeat(400),
    "0." + "0".repeat(400) + "1"
  };
  static final String[] TEXTS = {
    "",
    "x",
    "xy",
    "x y",
    "user:1",
    "user:2",
    "é",
    "日本",
    "\uD83D\uDE00",
    "a'b\"c\\d",
    "\n\t\u0001/",
    "null"
  };

  private final Random random;

  RandomJson(Random random) {
    this.random = random;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    blanks(out);
    object(out, 3);
    blanks(out);
    return out.toString();
  }

  private void value(StringBuilder out, int depth) {
    switch (random.nextInt(depth > 0 ? 9 : 6)) {
      case 0, 1 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 2, 3 -> string(out, TEXTS[random.nextInt(TEXTS.length)]);
      case 4 -> out.append(random.nextBoolean());
      case 5 -> out.append("null");
      case 6, 7 -> object(out, depth - 1);
      default -> array(out, depth - 1);
    }
  }

  private void object(StringBuilder out, int depth) {
    out.append('{');
    int members = random.nextInt(6);
    for (int i = 0; i < members; i++) {
      out.append(i > 0 ? "," : "");
      blanks(out);
      string(out, NAMES[random.nextInt(NAMES.length)]);
      blanks(out);
      out.append(':');
      blanks(out);
      value(out, depth);
      blanks(out);
    }
    blanks(out);
    out.append('}');
  }

  private void array(StringBuilder out, int depth) {
    out.append('[');
    int elements = random.nextInt(4);
    for (int i = 0; i < elements; i++) {
      out.append(i > 0 ? "," : "");
      blanks(out);
      value(out, depth);
      blanks(out);
    }
    blanks(out);
    out.append(']');
  }

  private void string(StringBuilder out, String text) {
    boolean escapeAll = random.nextInt(8) == 0;
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' && random.nextBoolean()) {
        out.append("\\/");
      } else if (c == '\n' && random.nextBoolean()) {
        out.append("\\n");
      } else if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || escapeAll) {
        out.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private void blanks(StringBuilder out) {
    while (random.nextInt(8) == 0) {
      out.append(" \n\r\t".charAt(random.nextInt(4)));
    }
  }
}
