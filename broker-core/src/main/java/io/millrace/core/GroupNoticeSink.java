package io.millrace.core;

import io.millrace.group.Notice;

/** Receives the news of one member of a group. Called on an owner's thread: must not block. */
@FunctionalInterface
public interface GroupNoticeSink {

  void notice(Notice notice);
}
