package io.millrace.filter;

/**
 * Tests events with a filter, and counts what a user should know about them. It keeps the memory
 * that it needs for one event, at most 1 MiB for each field. Used by one thread at a time.
 */
public final class FilterMatcher {

  private final Condition condition;
  private final EventFields fields;

  private long typeMismatches;
  private long notJson;
  private long patternsSkipped;

  FilterMatcher(CompiledFilter compiled) {
    this.condition = compiled.condition();
    this.fields = new EventFields(compiled.fields(), compiled.paths());
  }

  /**
   * Whether the event matches. Any bytes are valid fields: no exception comes from their content.
   * The time is at most proportional to the bytes of the fields that the filter uses, times its
   * operators.
   *
   * @param event not kept
   */
  public boolean matches(FilterEvent event) {
    fields.open(event);
    try {
      return condition.holds(fields);
    } finally {
      count();
      fields.close();
    }
  }

  /** Number of events in which a comparison met a value of another type, and so did not hold. */
  public long typeMismatches() {
    return typeMismatches;
  }

  /**
   * Number of events whose value was read as JSON and was not, as far as it was read: a filter
   * reads to the last field that it needs.
   */
  public long notJson() {
    return notJson;
  }

  /** Number of events in which a text was too long for a regular expression to be tested. */
  public long patternsSkipped() {
    return patternsSkipped;
  }

  private void count() {
    typeMismatches += fields.hasMismatch() ? 1 : 0;
    notJson += fields.isNotJson() ? 1 : 0;
    patternsSkipped += fields.hasSkippedPattern() ? 1 : 0;
  }
}
