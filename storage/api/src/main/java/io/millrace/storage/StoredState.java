package io.millrace.storage;

/**
 * A state that was loaded.
 *
 * @param version the version that {@link StateStore#save} expects; every save changes it
 * @param bytes owned by the caller
 */
public record StoredState(long version, byte[] bytes) {}
