package io.millrace.filter;

/**
 * A word of a filter.
 *
 * @param text as written; of a string its content
 * @param start index of the first {@code char}
 * @param end one past the last {@code char}
 */
record Token(Kind kind, String text, int start, int end) {

  enum Kind {
    NAME,
    STRING,
    NUMBER,
    SYMBOL,
    END
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isWord(String word) {
    return kind == Kind.NAME && text.equals(word);
  }
}
