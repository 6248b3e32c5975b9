package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.GroupMachine;
import io.millrace.group.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Work that waits for a {@link GroupShard}. Exactly one answer: a result, or a refusal. */
sealed interface GroupTask {

  /** The memory that it takes while it waits. */
  long bytes();

  void refuse(BrokerException cause);

  /** A command, which is answered when its records are durable. */
  record OfCommand(Command command, long bytes, CompletableFuture<Reply> reply)
      implements GroupTask {

    static OfCommand of(Command command, CompletableFuture<Reply> reply) {
      return new OfCommand(command, GroupCommandBytes.of(command), reply);
    }

    @Override
    public void refuse(BrokerException cause) {
      reply.completeExceptionally(cause);
    }
  }

  /**
   * A look at the state of the groups, with all staged decisions.
   *
   * @param look runs on the owner's thread, and changes nothing in the machine
   */
  record OfState(Consumer<GroupMachine> look, Consumer<BrokerException> refused)
      implements GroupTask {

    private static final long BYTES = 200;

    @Override
    public long bytes() {
      return BYTES;
    }

    @Override
    public void refuse(BrokerException cause) {
      refused.accept(cause);
    }
  }
}
