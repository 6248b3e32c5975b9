package io.millrace.spring;

/** What a listener does when an event has failed as often as its attempts allow. */
public enum OnFailure {
  /** It leaves the group and stops. Health is DOWN until {@link RunningListener#start()}. */
  STOP,
  /** It leaves the group, and joins it again after a pause. The event comes again. */
  RESTART
}
