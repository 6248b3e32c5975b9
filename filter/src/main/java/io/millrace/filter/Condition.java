package io.millrace.filter;

/** A compiled part of a filter. Immutable; used by many threads, each with its own fields. */
@FunctionalInterface
interface Condition {

  boolean holds(EventFields fields);
}
