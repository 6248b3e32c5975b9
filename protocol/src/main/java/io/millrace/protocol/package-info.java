/**
 * The words that broker, client and disk share: error codes, ack levels, isolation. JDK only.
 *
 * <p>{@code record} holds the record batch, one layout on the wire and on disk; {@code wire} holds
 * frames, requests, responses and pushes.
 */
package io.millrace.protocol;
