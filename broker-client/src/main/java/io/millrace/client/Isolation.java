package io.millrace.client;

/** How far a consumer may see. */
public enum Isolation {
  /** Up to the durable offset: never an event that a power cut could take back. The default. */
  DURABLE,
  /** Up to the end offset: everything that is stored, forced to disk or not. */
  LATEST
}
