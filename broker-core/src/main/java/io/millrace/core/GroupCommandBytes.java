package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.MemberSubscription;

/** Estimates of the heap that a command takes while it waits. */
final class GroupCommandBytes {

  private static final long COMMAND = 400;
  private static final long PARTITION = 120;
  private static final long CANDIDATE = 48;
  private static final long STRING = 56;

  private GroupCommandBytes() {}

  static long of(Command command) {
    if (command instanceof Command.Commit commit) {
      long metadata =
          commit.positions().stream().mapToLong(position -> of(position.metadata())).sum();
      return COMMAND + PARTITION * commit.positions().size() + metadata;
    }
    if (command instanceof Command.Beat beat) {
      return COMMAND
          + PARTITION * beat.owned().size()
          + beat.subscription().map(GroupCommandBytes::of).orElse(0L);
    }
    if (command instanceof Command.Join join) {
      return COMMAND + of(join.subscription());
    }
    if (command instanceof Command.FetchOffsets fetch) {
      return COMMAND + PARTITION * fetch.partitions().size();
    }
    if (command instanceof Command.Settle settle) {
      long reasons = settle.settlements().stream().mapToLong(each -> of(each.reason())).sum();
      return COMMAND + PARTITION * settle.settlements().size() + reasons;
    }
    if (command instanceof Command.Feed feed) {
      return COMMAND + CANDIDATE * feed.candidates().size();
    }
    if (command instanceof Command.Reset reset) {
      return COMMAND + PARTITION * reset.offsets().size();
    }
    return COMMAND;
  }

  private static long of(MemberSubscription subscription) {
    return subscription.topics().stream().mapToLong(GroupCommandBytes::of).sum()
        + of(subscription.pattern());
  }

  private static long of(String text) {
    return STRING + text.length();
  }
}
