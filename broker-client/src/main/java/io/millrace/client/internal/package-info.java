/**
 * The implementation of {@code io.millrace.client}; not part of the API.
 *
 * <p>Each client has one event loop thread. It owns all state except where a class says otherwise.
 * This package contains the client, its builder and the topic requests. It depends on three
 * packages:
 *
 * <ul>
 *   <li>{@code connection}: the link to the broker, and the values and checks that all share. It
 *       does not depend on the other two.
 *   <li>{@code producer}: from {@code send} to the receipt.
 *   <li>{@code consumer}: from the subscription to {@code poll}.
 * </ul>
 *
 * <p>{@code ClientArchitectureTest} checks these dependencies.
 */
package io.millrace.client.internal;
