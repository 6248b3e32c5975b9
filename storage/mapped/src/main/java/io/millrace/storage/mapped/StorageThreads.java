package io.millrace.storage.mapped;

import java.util.concurrent.Executor;

/**
 * The threads on which a storage waits for the disk in place of the owners of its logs.
 *
 * @param allocation allocates segments before they are needed, and deletes those that are too
 *     small. Nothing else runs there, so an allocation waits only for other allocations
 * @param background fills segments with zeros, finishes, checks and closes them
 */
record StorageThreads(Executor allocation, Executor background) {}
