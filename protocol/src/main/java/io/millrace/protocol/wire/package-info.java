/**
 * The wire: frames, requests, responses and pushes between a client and the broker, as {@code
 * docs/protocol.md} specifies them.
 *
 * <p>{@link io.millrace.protocol.wire.Api} is the one table of what can be said; {@link
 * io.millrace.protocol.wire.Frames} turns a message into a frame and back. Every message is a
 * record that knows its own fields. Nothing here does input or output, and nothing holds state.
 */
package io.millrace.protocol.wire;
