/**
 * The extension point for listeners. The server finds a {@link
 * io.millrace.server.listener.ListenerProvider} by {@code ServiceLoader}. The provider reads the
 * settings of the listener, which then open a {@link io.millrace.server.listener.Listener}. The
 * listener uses the server through the {@link io.millrace.server.listener.ListenerContext}. A new
 * listener needs no change in the server.
 */
package io.millrace.server.listener;
