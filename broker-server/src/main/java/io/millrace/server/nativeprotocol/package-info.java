/**
 * The listener of the native protocol. The server finds it by {@link
 * io.millrace.server.nativeprotocol.NativeListenerProvider}.
 *
 * <p>A request passes {@code ProtocolSniffer} (first bytes only), {@code RequestFrameDecoder},
 * {@code NativeConnection} (the state machine), {@code RequestDispatcher}, {@code Routes} and a
 * handler, which calls the core. Its answer passes {@code PendingRequest} and {@code FrameWriter},
 * which flushes the socket once per read loop. A new api gets a row in {@code ApiTable}.
 */
package io.millrace.server.nativeprotocol;
