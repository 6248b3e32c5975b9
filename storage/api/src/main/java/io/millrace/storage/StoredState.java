package io.millrace.storage;

/**
 * A state as it was loaded.
 *
 * @param version changes with every save; what {@link StateStore#save} expects
 * @param bytes not shared: the caller may keep and change them
 */
public record StoredState(long version, byte[] bytes) {}
