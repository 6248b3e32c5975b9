/**
 * Logs in the heap: for tests, and for brokers whose events need not outlive them. One way in:
 * {@link io.millrace.storage.memory.MemoryStorage}.
 */
package io.millrace.storage.memory;
