/**
 * The storage plug: where partition logs live, behind {@link io.millrace.storage.LogStorage}. No
 * network, no topics, no producers: a log is a sequence of record batches with three offsets.
 *
 * <p>Every engine passes the same contract suite.
 */
package io.millrace.storage;
