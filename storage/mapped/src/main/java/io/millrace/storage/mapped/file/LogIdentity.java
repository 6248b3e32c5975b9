package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;

/**
 * What the files of one log have in common and no other log has.
 *
 * @param key proves which batches belong to the log
 */
public record LogIdentity(LogId id, LogKey key) {}
