/**
 * The Java client of Millrace: a connection ({@link io.millrace.client.MillraceClient}), from which
 * come a batching {@link io.millrace.client.Producer}, a pushed-to {@link
 * io.millrace.client.Consumer} and the topic administration ({@link io.millrace.client.Admin}).
 *
 * <p>Everything here is an interface, a builder or a value; what does the work stands in {@code
 * internal}, which is no part of the API. Every failure is a {@link
 * io.millrace.client.MillraceException} with a code of {@link io.millrace.protocol.ErrorCode}.
 */
package io.millrace.client;
