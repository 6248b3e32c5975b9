package io.millrace.filter;

import io.millrace.filter.Token.Kind;

/** Splits the text of a filter into tokens. */
final class Lexer {

  /** Longer ones first. */
  private static final String[] SYMBOLS = {
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", "."
  };

  private static final String ESCAPES = "\\\\ \\' \\\" \\/ \\b \\f \\n \\r \\t \\uXXXX";

  private final String text;
  private int at;

  /**
   * A lexer at the start of a text.
   *
   * @throws InvalidFilterException if the text is too long
   */
  Lexer(String text) {
    this.text = text;
    requireSize();
  }

  /**
   * The next token; the end again and again after the last one.
   *
   * @throws InvalidFilterException if no token begins here, or a token is malformed
   */
  Token next() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return new Token(Kind.END, "", at, at);
    }
    int c = text.codePointAt(at);
    if (c == '\'' || c == '"') {
      return string(at);
    }
    if (c == 'r' && (charAt(at + 1) == '\'' || charAt(at + 1) == '"')) {
      return rawString(at);
    }
    if (isDigit(c) || c == '-') {
      return number(at);
    }
    if (isNameStart(c)) {
      return name(at);
    }
    return symbol(at);
  }

  InvalidFilterException invalid(int position, String problem, String advice) {
    return new InvalidFilterException(text, position, problem, advice);
  }

  /** Whether a member with this name can be written after a point. */
  static boolean isName(String name) {
    return !name.isEmpty()
        && isNameStart(name.codePointAt(0))
        && name.codePoints().allMatch(Lexer::isNamePart);
  }

  private Token token(Kind kind, String content, int end) {
    Token token = new Token(kind, content, at, end);
    at = end;
    return token;
  }

  private Token name(int start) {
    int end = start;
    while (end < text.length() && isNamePart(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return token(Kind.NAME, text.substring(start, end), end);
  }

  private Token symbol(int start) {
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, start)) {
        return token(Kind.SYMBOL, symbol, start + symbol.length());
      }
    }
    char c = text.charAt(start);
    throw switch (c) {
      case '=' -> invalid(start, "'=' is not an operator", "write == to compare");
      case '&' -> invalid(start, "'&' is not an operator", "write && for \"and\"");
      case '|' -> invalid(start, "'|' is not an operator", "write || for \"or\"");
      case '‘', '’', '“', '”', '`' ->
          invalid(start, "a quotation mark of another kind", "write strings in ' or \"");
      default ->
          invalid(
              start,
              "a character that begins nothing",
              "expected a field, a constant, an operator or a parenthesis");
    };
  }

  private Token number(int start) {
    int end = start + (text.charAt(start) == '-' ? 1 : 0);
    int digits = end;
    end = digits(end);
    if (end - digits > 1 && text.charAt(digits) == '0') {
      throw invalid(digits, "a number begins with 0", "remove the zeros in front");
    }
    if (charAt(end) == '.') {
      end = digits(end + 1);
    }
    if (charAt(end) == 'e' || charAt(end) == 'E') {
      int sign = charAt(end + 1) == '-' || charAt(end + 1) == '+' ? 1 : 0;
      int exponent = end + 1 + sign;
      end = digits(exponent);
      if (end - exponent > FilterLimits.EXPONENT_DIGITS) {
        throw invalid(
            exponent,
            "an exponent of " + (end - exponent) + " digits",
            "the limit is " + FilterLimits.EXPONENT_DIGITS + " digits");
      }
    }
    if (end < text.length() && isNamePart(text.codePointAt(end))) {
      throw invalid(
          end,
          "a number is followed by a letter",
          "numbers have no units; write a name or text that begins with a digit in quotes");
    }
    return token(Kind.NUMBER, text.substring(start, end), end);
  }

  /** The end of one or more digits. */
  private int digits(int from) {
    int end = from;
    while (isDigit(charAt(end))) {
      end++;
    }
    if (end == from) {
      throw invalid(from, "a digit is missing", "write numbers as 12, -12, 1.5 or 1.5e3");
    }
    return end;
  }

  private Token rawString(int start) {
    int from = start + 2;
    int end = text.indexOf(text.charAt(start + 1), from);
    if (end < 0) {
      throw unterminated(start);
    }
    requirePairs(from, end);
    return token(Kind.STRING, text.substring(from, end), end + 1);
  }

  private Token string(int start) {
    char quote = text.charAt(start);
    StringBuilder content = new StringBuilder();
    int i = start + 1;
    while (true) {
      if (i >= text.length()) {
        throw unterminated(start);
      }
      char c = text.charAt(i);
      if (c == quote) {
        return token(Kind.STRING, content.toString(), i + 1);
      }
      if (c == '\\') {
        i = escape(i, content);
      } else {
        int charCount = Character.charCount(text.codePointAt(i));
        requirePairs(i, i + charCount);
        content.append(text, i, i + charCount);
        i += charCount;
      }
    }
  }

  /** Appends what the escape at an index means, and returns the end of the escape. */
  private int escape(int start, StringBuilder content) {
    int c = charAt(start + 1);
    switch (c) {
      case '\\', '\'', '"', '/' -> content.append((char) c);
      case 'b' -> content.append('\b');
      case 'f' -> content.append('\f');
      case 'n' -> content.append('\n');
      case 'r' -> content.append('\r');
      case 't' -> content.append('\t');
      case 'u' -> {
        return unicode(start, content);
      }
      default ->
          throw invalid(
              start,
              "an unknown escape in a string",
              "expected one of " + ESCAPES + "; for a regular expression write r'\\d+'");
    }
    return start + 2;
  }

  private int unicode(int start, StringBuilder content) {
    char unit = hexUnit(start);
    if (!Character.isSurrogate(unit)) {
      content.append(unit);
      return start + 6;
    }
    boolean paired =
        Character.isHighSurrogate(unit) && charAt(start + 6) == '\\' && charAt(start + 7) == 'u';
    char second = paired ? hexUnit(start + 6) : 0;
    if (!Character.isLowSurrogate(second)) {
      throw invalid(
          start,
          "an escape of half a surrogate pair",
          "write both halves, such as \\uD83D\\uDE00, or the character itself");
    }
    content.append(unit).append(second);
    return start + 12;
  }

  private char hexUnit(int start) {
    int unit = 0;
    for (int i = start + 2; i < start + 6; i++) {
      int digit = Character.digit(charAt(i), 16);
      if (digit < 0 || charAt(i) > 'f') {
        throw invalid(start, "an escape without four hex digits", "write it as \\u00e9");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  private InvalidFilterException unterminated(int start) {
    return invalid(start, "a string has no end", "add the closing quotation mark");
  }

  private void requirePairs(int from, int to) {
    for (int i = from; i < to; i++) {
      int c = text.codePointAt(i);
      if (Character.charCount(c) == 2) {
        i++;
      } else if (Character.isSurrogate((char) c)) {
        throw invalid(i, "half a surrogate pair", "remove it: no UTF-8 text has it");
      }
    }
  }

  private void requireSize() {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.codePointAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c <= Character.MAX_VALUE ? 3 : 4;
      if (bytes > FilterLimits.TEXT_BYTES) {
        throw invalid(
            i,
            "the filter has more than " + FilterLimits.TEXT_BYTES + " bytes of UTF-8",
            "shorten it, or split it into several subscriptions");
      }
      i += Character.charCount(c) - 1;
    }
  }

  /** The character at an index; 0 after the end. */
  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : 0;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(int c) {
    return Character.isLetter(c) || c == '_' || c == '$' || c == '@';
  }

  private static boolean isNamePart(int c) {
    return isNameStart(c) || isDigit(c);
  }
}
