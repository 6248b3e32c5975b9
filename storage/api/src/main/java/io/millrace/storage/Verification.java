package io.millrace.storage;

/**
 * How far the check of what is stored has come since the storage was opened.
 *
 * @param verifiedBytes of segments that were read again and compared with their checksums
 * @param unverifiedBytes still to go
 */
public record Verification(long verifiedBytes, long unverifiedBytes) {}
