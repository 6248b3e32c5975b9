package io.millrace.core;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The consumer groups, made when they are used first: a broker without groups does not load their
 * classes. Any thread.
 */
final class LazyGroups {

  private final Supplier<GroupCoordinator> maker;

  /** Null until somebody uses groups. Set under this. */
  private volatile GroupCoordinator groups;

  /** Guarded by this. */
  private boolean stopped;

  LazyGroups(Supplier<GroupCoordinator> maker) {
    this.maker = maker;
  }

  GroupCoordinator get() {
    GroupCoordinator used = groups;
    return used != null ? used : make();
  }

  private synchronized GroupCoordinator make() {
    if (groups == null) {
      groups = maker.get();
      if (stopped) {
        groups.stop();
      }
    }
    return groups;
  }

  Optional<GroupCoordinator> inUse() {
    return Optional.ofNullable(groups);
  }

  /** Topics, or their numbers of partitions, were changed. */
  void topicsChanged() {
    GroupCoordinator used = groups;
    if (used != null) {
      used.topicsChanged();
    }
  }

  /** Stops the groups. Those that are made later are stopped at once. */
  synchronized void stop() {
    stopped = true;
    if (groups != null) {
      groups.stop();
    }
  }
}
