package io.millrace.core;

import io.millrace.group.Command;

/** A command of the broker itself, which is submitted again until it is decided. Any thread. */
final class SureCommand {

  private static final long RETRY_MS = 500;

  private SureCommand() {}

  /** Submits a command whose answer nobody wants. */
  static void submit(Command command, GroupShard shard) {
    shard
        .submit(command)
        .whenComplete(
            (reply, failure) -> {
              if (failure instanceof BrokerException cause && passes(cause, shard)) {
                shard.afterDelay(RETRY_MS, () -> submit(command, shard));
              }
            });
  }

  /** A shard whose log has failed for good forgets all that commands can change. */
  private static boolean passes(BrokerException cause, GroupShard shard) {
    return cause != shard.failure() || cause.code().retriable();
  }
}
