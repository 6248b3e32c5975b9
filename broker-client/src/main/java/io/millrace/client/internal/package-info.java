/**
 * The implementation of {@code io.millrace.client}; not part of the API.
 *
 * <p>Each client has one event loop thread, which owns all state except where a class says
 * otherwise. This package has the entry: the client and its builder, and the topic requests. It
 * depends on three packages:
 *
 * <ul>
 *   <li>{@code connection}: the link to the broker, and the values and checks that all share. It
 *       depends on neither of the others.
 *   <li>{@code producer}: from {@code send} to the receipt.
 *   <li>{@code consumer}: from the subscription to {@code poll}.
 * </ul>
 *
 * <p>{@code ClientArchitectureTest} checks these dependencies.
 */
package io.millrace.client.internal;
