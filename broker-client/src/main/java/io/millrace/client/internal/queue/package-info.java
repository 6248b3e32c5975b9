/**
 * The implementation of queue consumers.
 *
 * <pre>
 *  thread that polls       any thread           event loop                       broker
 *  ─────────────────       ──────────           ──────────                       ──────
 *  LockingConsumer.poll ──────────────────────► QueueSession ─── TAKE ─────────► locks events
 *    TakenEvents ◄───────────────────────────── one TAKE at a time ◄───────────┘
 *    LockedEvents: what is locked now
 *                          accept, fail, ... ─► Settlements ──── SETTLE ───────► stores, answers
 * </pre>
 *
 * <p>A session survives a reconnect: {@code OPEN_QUEUE} with the same session continues it, with
 * its locks. Settlements without an answer are sent again then.
 */
package io.millrace.client.internal.queue;
