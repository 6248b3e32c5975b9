package io.millrace.storage;

/**
 * The progress of the background check of a storage, since the storage was opened.
 *
 * @param verifiedBytes number of bytes that were read and compared with their checksums
 * @param unverifiedBytes number of bytes that are still to be checked
 */
public record Verification(long verifiedBytes, long unverifiedBytes) {}
