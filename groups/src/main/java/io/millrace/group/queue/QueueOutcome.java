package io.millrace.group.queue;

/** What a consumer says of events that it has locked. */
public enum QueueOutcome {
  /** They are processed. */
  ACCEPT,

  /** Others shall get them, at once or after a time. */
  RELEASE,

  /** They cannot be processed: they become dead letters. */
  REJECT,

  /** The consumer goes on: the lock time begins again. */
  RENEW
}
