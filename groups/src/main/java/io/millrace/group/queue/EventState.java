package io.millrace.group.queue;

/** What an event of a window can be; the package shows how it changes. */
enum EventState {
  AVAILABLE,
  LOCKED,
  WAITING,
  DYING,
  DONE
}
