package io.millrace.filter;

/** The tokens of a filter, of which one is the current one. Holds the limits of what they build. */
final class Tokens {

  private final Lexer lexer;
  private Token current;
  private int nodes;
  private int depth;

  /** The first token is the current one. */
  Tokens(Lexer lexer) {
    this.lexer = lexer;
    this.current = lexer.next();
  }

  Token current() {
    return current;
  }

  void advance() {
    current = lexer.next();
  }

  /** Moves on if the current token is the symbol, and returns whether it is. */
  boolean accept(String symbol) {
    if (!current.isSymbol(symbol)) {
      return false;
    }
    if (symbol.equals("&&") || symbol.equals("||")) {
      count(current);
    }
    advance();
    return true;
  }

  /**
   * Moves on if the current token is the symbol.
   *
   * @throws InvalidFilterException if it is not
   */
  void require(String symbol, String advice) {
    if (!accept(symbol)) {
      throw invalid(current, "expected " + symbol + " before " + found(), advice);
    }
  }

  /** The current token, for messages. */
  String found() {
    return switch (current.kind()) {
      case END -> "the end";
      case STRING -> "a string";
      case NAME, NUMBER, SYMBOL -> "'" + current.text() + "'";
    };
  }

  /**
   * Counts a field, a constant or an operator.
   *
   * @throws InvalidFilterException if there are too many
   */
  void count(Token at) {
    if (++nodes > FilterLimits.NODES) {
      throw invalid(
          at,
          "more than " + FilterLimits.NODES + " fields, constants and operators",
          "shorten the filter, or split it into several subscriptions");
    }
  }

  /**
   * Enters a parenthesis or a negation.
   *
   * @throws InvalidFilterException if there are too many around
   */
  void deeper(Token at) {
    if (++depth > FilterLimits.DEPTH) {
      throw invalid(
          at,
          "parentheses and ! are nested more than " + FilterLimits.DEPTH + " deep",
          "remove parentheses that are not needed");
    }
  }

  void shallower() {
    depth--;
  }

  /** The exception for a problem at a token. */
  InvalidFilterException invalid(Token at, String problem, String advice) {
    return lexer.invalid(at.start(), problem, advice);
  }
}
