package io.millrace.spring;

/** Hears what the template and the listeners do. There is none without Micrometer. */
interface Observers {

  /** Returns the observer of a topic. */
  SendObserver ofTopic(String topic);

  /** Returns the observer of a listener. */
  HandlerObserver ofListener(RunningListener listener);
}
