/**
 * The Java client of Millrace. {@link io.millrace.client.MillraceClient#connect} returns a client.
 * It opens {@linkplain io.millrace.client.Producer producers}, which send events in batches, and
 * {@linkplain io.millrace.client.Consumer consumers}, to which the broker pushes events. Its
 * {@linkplain io.millrace.client.Admin administration} creates, changes and deletes topics.
 *
 * <p>All types of this package are interfaces, builders and values. Packages below {@code
 * io.millrace.client.internal} are not part of the API.
 *
 * <p><b>Errors.</b> A failed request throws {@link io.millrace.client.MillraceException} with a
 * code of {@link io.millrace.protocol.ErrorCode}. The descriptions of the methods list these codes.
 * A wrong argument throws {@link java.lang.IllegalArgumentException}; null throws {@link
 * java.lang.NullPointerException} unless null is described. A blocking call on the client's event
 * loop throws {@link java.lang.IllegalStateException}.
 */
package io.millrace.client;
