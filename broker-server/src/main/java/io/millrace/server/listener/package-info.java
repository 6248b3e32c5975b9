/**
 * The listener plug: a {@link io.millrace.server.listener.ListenerProvider} is found by {@code
 * ServiceLoader}, reads its section of the configuration, and opens a {@link
 * io.millrace.server.listener.Listener} with the {@link
 * io.millrace.server.listener.ListenerContext} that the server gives it. All listeners share the
 * {@link io.millrace.server.listener.EventLoops}.
 */
package io.millrace.server.listener;
