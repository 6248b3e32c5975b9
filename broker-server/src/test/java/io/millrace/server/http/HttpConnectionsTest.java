package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.listener.ListenerObserver;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpConnectionsTest {

  private static final int HALF = (int) (HttpConnections.MAX_ANSWER_BYTES / 2);

  private final List<ErrorCode> reasons = new ArrayList<>();
  private final HttpConnections connections = new HttpConnections(new Reasons());

  private final class Reasons implements ListenerObserver {

    @Override
    public void connected() {}

    @Override
    public void disconnected() {}

    @Override
    public void sentAway(ErrorCode reason) {
      reasons.add(reason);
    }

    @Override
    public void refused(ErrorCode reason) {}

    @Override
    public RequestTimer timer(String api) {
      return nanos -> {};
    }
  }

  @Test
  void answersThatNobodyTakesHaveALimit() {
    EmbeddedChannel first = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    EmbeddedChannel third = new EmbeddedChannel();
    EmbeddedChannel fourth = new EmbeddedChannel();
    connections.answerBegins(first, HALF);
    connections.answerBegins(second, HALF);
    connections.answerTaken(second);
    connections.answerBegins(third, HALF);
    assertThat(reasons).isEmpty();

    connections.answerBegins(fourth, HALF);

    assertThat(reasons).containsExactly(ErrorCode.SLOW_READER);
    assertThat(first.isActive()).isFalse();
    assertThat(second.isActive()).isTrue();
    assertThat(third.isActive()).isTrue();
  }
}
