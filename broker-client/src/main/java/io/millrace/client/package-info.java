/**
 * The Java client of Millrace. Start with {@link io.millrace.client.MillraceClient#connect}. A
 * client opens batching {@linkplain io.millrace.client.Producer producers} and {@linkplain
 * io.millrace.client.Consumer consumers}, to which the broker pushes events, and has the
 * {@linkplain io.millrace.client.Admin administration} of topics.
 *
 * <p>All types of this package are interfaces, builders and values. Packages below {@code
 * io.millrace.client.internal} are not part of the API.
 *
 * <p><b>Errors.</b> Failures are reported as {@link io.millrace.client.MillraceException} with a
 * code of {@link io.millrace.protocol.ErrorCode}. The {@code @throws} clauses name these codes. A
 * wrong argument is an {@link java.lang.IllegalArgumentException}, or a {@link
 * java.lang.NullPointerException} if it is null where null is not allowed. A blocking call on the
 * client's event loop is an {@link java.lang.IllegalStateException}.
 */
package io.millrace.client;
