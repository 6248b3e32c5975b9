package io.millrace.filter;

import java.util.List;

/**
 * A compiled filter.
 *
 * @param condition what must hold
 * @param fields the fields that the condition uses, by slot
 * @param paths the JSON fields among them
 */
record CompiledFilter(Condition condition, List<Field> fields, JsonPaths paths) {}
