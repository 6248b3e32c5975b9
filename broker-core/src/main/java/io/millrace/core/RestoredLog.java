package io.millrace.core;

import io.millrace.storage.PartitionLog;

/**
 * A log that is open, with the state that was derived from it, and that no partition serves yet.
 *
 * @param derived the state, which the opening has filled
 * @param events what the log has reported since it was opened
 */
record RestoredLog(PartitionLog log, DerivedState derived, BufferedLogEvents events) {}
