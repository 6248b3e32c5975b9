package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests that block the calling thread until the response arrives or the request fails, at most
 * for the request timeout. Any thread except the event loop, on which all methods throw {@link
 * IllegalStateException}: it would wait for itself.
 */
public final class BlockingCalls {

  private final ReconnectingLink link;

  public BlockingCalls(ReconnectingLink link) {
    this.link = link;
  }

  /**
   * Requests the description of a topic.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}, and the failures of {@link #request}
   */
  public TopicInfo findTopic(String name) {
    TopicInfo topic = request(new DescribeTopicRequest(name), true, TopicResponse.class).topic();
    if (topic.partitions().isEmpty()) {
      throw ClientFailures.brokenProtocol("topic " + name + " has no partition");
    }
    return topic;
  }

  /**
   * Sends a request and waits for its response.
   *
   * @param repeatable whether to send the request again if the connection breaks before the
   *     response
   * @throws MillraceException the failure of {@link ReconnectingLink#request}, or {@code
   *     INTERRUPTED}
   */
  public <T extends Response> T request(Request request, boolean repeatable, Class<T> response) {
    link.requireOffEventLoop("this call"); // before the request is sent
    return response.cast(await(link.request(request, repeatable)));
  }

  /**
   * Waits for a result of the event loop. The event loop limits the wait; this method does it only
   * if a callback of the program blocks the event loop.
   *
   * @throws MillraceException the failure of the future, with the stack of the calling thread, or
   *     {@code INTERRUPTED}
   */
  public <T> T await(CompletableFuture<T> future) {
    link.requireOffEventLoop("this call");
    try {
      return future.get(link.longestWait().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new MillraceException(
          ErrorCode.REQUEST_TIMEOUT,
          "the client did not report an outcome within "
              + TimeSpan.format(link.longestWait())
              + ": its event loop does not run; "
              + ClientFailures.BLOCKED_LOOP,
          e);
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("the broker's answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MillraceException failure) {
        throw ClientFailures.again(failure);
      }
      throw new IllegalStateException("the client failed", e.getCause());
    }
  }

  /**
   * Waits for the answer to a farewell, as {@link #await}. Returns at once on the event loop, and
   * without a connection: then no answer comes.
   */
  public void awaitIfConnected(CompletableFuture<?> future) {
    if (!link.eventLoop().inEventLoop() && link.outage().isEmpty()) {
      await(future);
    }
  }
}
