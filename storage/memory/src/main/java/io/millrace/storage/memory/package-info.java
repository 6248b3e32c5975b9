/**
 * The in-memory engine: logs in the heap, for tests and for brokers whose events may be lost when
 * they stop. Begin with {@link io.millrace.storage.memory.MemoryStorage}.
 */
package io.millrace.storage.memory;
