package io.millrace.storage;

/**
 * A state that was loaded.
 *
 * @param version the version that {@link StateStore#save} expects; every save changes it
 * @param bytes the content, which the caller owns
 */
public record StoredState(long version, byte[] bytes) {}
