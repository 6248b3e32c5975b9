/**
 * The storage interface: partition logs and small states, behind {@link
 * io.millrace.storage.LogStorage}. It knows no network, no topics and no producers: a log is a
 * sequence of record batches with offsets.
 *
 * <p>A storage engine implements these interfaces. Every engine passes the same contract suite.
 */
package io.millrace.storage;
