/**
 * The native listener: sockets, frames, and the translation between wire and core. The way in is
 * {@link io.millrace.server.nativeprotocol.NativeListenerProvider}.
 *
 * <p>A frame's way in: {@code ProtocolSniffer} (first bytes only), {@code RequestFrameDecoder},
 * {@code NativeConnection} (the state machine), {@code Routes}, one handler per group of apis, the
 * core. An answer's way out: {@code PendingRequest}, {@code FrameWriter}, the socket; flushed once
 * per read loop.
 */
package io.millrace.server.nativeprotocol;
