/**
 * The wire format: frames with requests, responses and pushes between a client and the broker, as
 * specified in {@code docs/protocol.md}.
 *
 * <p>{@link io.millrace.protocol.wire.Api} is the table of apis with their numbers and versions.
 * {@link io.millrace.protocol.wire.Frames} is the codec of frames. Each message is a record with
 * its own encoder and decoder. {@link io.millrace.protocol.wire.NegotiatedVersions} has the
 * versions that a connection uses. The package does no input or output and has no mutable state.
 */
package io.millrace.protocol.wire;
