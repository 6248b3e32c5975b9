package io.millrace.filter;

/** How the sides of a comparison relate. */
enum Relation {
  EQUAL("=="),
  NOT_EQUAL("!="),
  LESS("<"),
  AT_MOST("<="),
  GREATER(">"),
  AT_LEAST(">=");

  final String symbol;

  Relation(String symbol) {
    this.symbol = symbol;
  }

  /**
   * Whether the relation holds.
   *
   * @param order negative if the left side is less, 0 if they are equal, else positive
   */
  boolean holds(int order) {
    return switch (this) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      case AT_LEAST -> order >= 0;
    };
  }

  /** The relation of the right side to the left one. */
  Relation flipped() {
    return switch (this) {
      case EQUAL, NOT_EQUAL -> this;
      case LESS -> GREATER;
      case AT_MOST -> AT_LEAST;
      case GREATER -> LESS;
      case AT_LEAST -> AT_MOST;
    };
  }

  boolean isOrder() {
    return this != EQUAL && this != NOT_EQUAL;
  }
}
