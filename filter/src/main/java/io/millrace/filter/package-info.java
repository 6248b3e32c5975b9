/**
 * The language of {@code --where}: conditions on events.
 *
 * <p>{@link io.millrace.filter.Filter#parse} turns a text into a filter: {@code Lexer} and {@code
 * Parser} make an {@code Expression} of it, {@code Compiler} makes closures of that, and {@code
 * Derivation} the {@link io.millrace.filter.FilterRequirements}. A {@link
 * io.millrace.filter.FilterMatcher} tests one event after the other ({@link
 * io.millrace.filter.FilterEvent}): {@code EventFields} reads the fields that are needed, and
 * {@code JsonReader} finds all JSON fields in one pass over the value ({@code JsonScanner}).
 *
 * <p>The package knows neither the broker nor the network. Only {@code SafePattern}, {@code
 * Expression} and {@code Compiler} use re2j.
 */
package io.millrace.filter;
