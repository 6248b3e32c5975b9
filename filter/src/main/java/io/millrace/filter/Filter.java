package io.millrace.filter;

/**
 * A condition on events, in the language of {@code docs/filters.md}: {@code source ==
 * 'de.wikipedia' && json.delta > 100}. Immutable; used by any number of threads, each with its own
 * {@link FilterMatcher}.
 */
public final class Filter {

  private final String text;
  private final Expression expression;
  private final CompiledFilter compiled;
  private final FilterRequirements requirements;

  private Filter(
      String text,
      Expression expression,
      CompiledFilter compiled,
      FilterRequirements requirements) {
    this.text = text;
    this.expression = expression;
    this.compiled = compiled;
    this.requirements = requirements;
  }

  /**
   * Parses and compiles a filter.
   *
   * @throws InvalidFilterException if the text is not a filter, or exceeds a limit; the message
   *     shows the place
   */
  public static Filter parse(String text) {
    Expression expression = Parser.parse(text);
    return new Filter(
        text, expression, Compiler.compile(expression), Derivation.requirements(expression));
  }

  /** The text from which the filter was parsed. */
  public String text() {
    return text;
  }

  /** An upper bound of the bytes of heap that the filter takes, once events are tested. */
  public long heapBytes() {
    return FilterMemory.bytes(text, expression);
  }

  /** What every matching event has, so that others can be skipped before they are read. */
  public FilterRequirements requirements() {
    return requirements;
  }

  /** A new matcher with all counters at 0. */
  public FilterMatcher newMatcher() {
    return new FilterMatcher(compiled);
  }

  /** The filter in its usual form: one blank around operators, and no needless parentheses. */
  @Override
  public String toString() {
    return new Printer().print(expression);
  }

  Expression expression() {
    return expression;
  }
}
