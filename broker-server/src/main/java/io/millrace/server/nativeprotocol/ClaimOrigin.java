package io.millrace.server.nativeprotocol;

import io.millrace.server.listener.AddressBlock;

/**
 * Where a claim on the {@link FrameMemory} comes from. All claims of one origin share.
 *
 * @param proven whether the connection has completed a frame for which it had made a claim. So
 *     connections that never complete one compete with each other, and not with producers that
 *     happen to have the same address
 */
record ClaimOrigin(AddressBlock address, boolean proven) {}
