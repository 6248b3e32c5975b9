package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.Operation;
import io.millrace.security.Principal;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import io.millrace.server.status.PageRoute;
import io.millrace.server.status.StatusPage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageHandlerTest {

  private static final String REQUEST = "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static final Duration LONG = Duration.ofDays(1);

  private final Line line = new Line();
  private final EmbeddedChannel channel = new EmbeddedChannel(line);
  private final CostlyPages costly = new CostlyPages();
  private int pages;

  PageHandlerTest() {
    HttpDeadlines deadlines =
        new HttpDeadlines(
            channel,
            new HttpTimes(LONG, LONG, LONG),
            new HttpConnections(new Reasons()),
            Optional.empty());
    channel
        .pipeline()
        .addLast(deadlines)
        .addLast(
            HttpListener.handlers(
                gate(
                    Map.of(
                        "/page",
                        PageRoute.forAll(() -> StatusPage.text(200, "page " + pages++)),
                        "/broken",
                        PageRoute.forAll(
                            () -> {
                              throw new StackOverflowError("says the test");
                            }),
                        "/costly",
                        PageRoute.costly(
                            Operation.METRICS, () -> StatusPage.text(200, "costly " + pages++)))),
                new RequestCheck(AllowedHosts.of("localhost", "localhost")),
                deadlines,
                new TextCheck(deadlines)));
  }

  private PageGate gate(Map<String, PageRoute> routes) {
    Session session = new Session(Principal.ANONYMOUS, channel.remoteAddress());
    return new PageGate(
        new Pages(routes, costly, Authorizer.allowAll(), session),
        Optional.empty(),
        channel.eventLoop()::execute);
  }

  /** Ignores what happens to connections. */
  private static final class Reasons implements ListenerObserver {

    @Override
    public void connected() {}

    @Override
    public void disconnected() {}

    @Override
    public void sentAway(ErrorCode reason) {}

    @Override
    public void refused(ErrorCode reason) {}

    @Override
    public RequestTimer timer(String api) {
      return nanos -> {};
    }
  }

  /** The answers that the client has not taken yet. */
  private final class Line extends ChannelOutboundHandlerAdapter {

    private final List<String> answers = new ArrayList<>();
    private final List<ChannelPromise> promises = new ArrayList<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      answers.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
      promises.add(promise);
      ReferenceCountUtil.release(message);
    }

    /** The client takes all answers. */
    String take() {
      String taken = takeOnly();
      channel.runPendingTasks();
      return taken;
    }

    /** The client takes all answers, and the tasks that follow do not run yet. */
    String takeOnly() {
      String taken = String.join("", answers);
      answers.clear();
      List<ChannelPromise> written = List.copyOf(promises);
      promises.clear();
      written.forEach(ChannelPromise::setSuccess);
      return taken;
    }
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    costly.close();
  }

  @Test
  void theNextRequestIsAnsweredWhenTheLastAnswerIsTaken() {
    send(REQUEST.repeat(3));
    assertThat(pages).isEqualTo(1);
    assertThat(channel.config().isAutoRead()).isFalse();

    assertThat(line.take()).contains("page 0");
    assertThat(pages).isEqualTo(2);
    assertThat(line.take()).contains("page 1");
    assertThat(line.take()).contains("page 2");

    assertThat(pages).isEqualTo(3);
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(channel.isActive()).isTrue();
  }

  /**
   * The event loop runs submitted tasks for up to a second before it looks at the network, and then
   * the scheduled ones. So clients that send requests without end do not keep others out.
   */
  @Test
  void theNextRequestWaitsUntilTheEventLoopHasLookedAtTheNetwork() {
    send(REQUEST.repeat(2));
    assertThat(line.takeOnly()).contains("page 0");
    assertThat(pages).isEqualTo(1);

    channel.runScheduledPendingTasks();

    assertThat(line.take()).contains("page 1");
  }

  @Test
  void whatComesWithARequestIsThrownAway() {
    send("POST /page HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n");
    assertThat(line.take()).startsWith("HTTP/1.1 405 ");

    send("x".repeat(20_000));
    send(REQUEST);

    assertThat(line.take()).startsWith("HTTP/1.1 200 ").contains("page 0");
  }

  @Test
  void whatIsNoRequestIsAnsweredAndTheConnectionClosed() {
    send("nonsense\r\n\r\n");

    assertThat(line.take()).startsWith("HTTP/1.1 400 ");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void whatIsNoChunkClosesTheConnection() {
    send("GET /page HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(line.take()).contains("page 0");

    send("nonsense\r\n");

    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void aCostlyPageIsMadeOnAnotherThread() {
    send(REQUEST.replace("/page", "/costly").repeat(2));
    assertThat(channel.config().isAutoRead()).isFalse();
    costly.close(); // waits for the page
    channel.runPendingTasks();

    assertThat(line.take()).startsWith("HTTP/1.1 200 ").contains("costly 0");
    assertThat(line.take()).as("the broker stops").startsWith("HTTP/1.1 503 ");
  }

  @Test
  void aPageThatFailsInAnyWaySaysWhereToLook() {
    send(REQUEST.replace("/page", "/broken"));

    assertThat(line.take())
        .startsWith("HTTP/1.1 500 ")
        .contains("event=http_page_failed")
        .doesNotContain("StackOverflowError");
    assertThat(channel.isActive()).isTrue();
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }
}
