package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Blocks a caller's thread until the event loop has an answer, which it always has in time. */
public final class BlockingCalls {

  private final ReconnectingLink link;

  public BlockingCalls(ReconnectingLink link) {
    this.link = link;
  }

  /**
   * @throws IllegalStateException on the event loop, which must not wait for itself
   */
  void requireOffEventLoop(String what) {
    link.requireOffEventLoop(what);
  }

  /** The topic as the wire has it. */
  public TopicInfo findTopic(String name) {
    return ask(new DescribeTopicRequest(name), true, TopicResponse.class).topic();
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param repeatable whether it may be sent again when the connection broke before the answer
   */
  public <T extends Response> T ask(Request request, boolean repeatable, Class<T> answer) {
    link.requireOffEventLoop("this call"); // before anything is sent
    return answer.cast(await(link.request(request, repeatable)));
  }

  /**
   * @throws MillraceException the failure that the future has, with this thread's stack; {@code
   *     INTERRUPTED}
   * @throws IllegalStateException on the event loop, which must not wait for itself
   */
  public <T> T await(CompletableFuture<T> future) {
    link.requireOffEventLoop("this call");
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("the broker's answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MillraceException failure) {
        throw ClientFailures.again(failure);
      }
      throw new IllegalStateException("the client failed", e.getCause());
    }
  }
}
