/**
 * Types that the broker and the client share: error codes, ack levels, isolation, sizes, times.
 * Uses the JDK only.
 *
 * <p>The package {@code record} has the record batch, {@code wire} the frames with requests,
 * responses and pushes.
 */
package io.millrace.protocol;
