package io.millrace.client.internal.connection;

import io.millrace.protocol.wire.GroupChangedPush;

/** Receives the pushes to one member of a group. Called on the event loop. */
@FunctionalInterface
public interface GroupChangeListener {

  /** The broker has given the member a new assignment, or has ended the member. */
  void changed(GroupChangedPush change);
}
