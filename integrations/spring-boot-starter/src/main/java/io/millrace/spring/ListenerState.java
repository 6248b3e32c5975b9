package io.millrace.spring;

/** What a listener does. */
public enum ListenerState {
  /** It was not started, or the application has stopped it. */
  STOPPED,
  /** It has not joined its group yet: there is no connection, or the broker has not answered. */
  JOINING,
  /** It is a member of its group and processes events. */
  RUNNING,
  /** An event has failed. It joins the group again after a pause. */
  PAUSED,
  /** It has stopped because of a failure. */
  FAILED
}
