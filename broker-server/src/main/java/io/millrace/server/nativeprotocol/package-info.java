/**
 * The native listener: sockets, frames, and the translation between wire and core. One public way
 * in: {@link io.millrace.server.nativeprotocol.NativeListener}.
 *
 * <p>A frame's way in: {@code ProtocolSniffer} (first bytes only), {@code RequestFrameDecoder},
 * {@code NativeConnection} (the state machine), {@code Routes}, one handler per group of apis, the
 * core. An answer's way out: {@code PendingRequest}, {@code FrameWriter}, the socket; flushed once
 * per read loop.
 */
package io.millrace.server.nativeprotocol;
