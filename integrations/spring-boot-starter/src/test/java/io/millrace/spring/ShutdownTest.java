package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/** An application that stops while methods run. */
class ShutdownTest extends StarterTest {

  private static final Queue<String> DONE = new ConcurrentLinkedQueue<>();

  /** What was done when the bean of the listener was destroyed. */
  private static final Queue<String> ENDED = new ConcurrentLinkedQueue<>();

  static class Slow implements DisposableBean {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);
    final MillraceTemplate template;

    Slow(MillraceTemplate template) {
      this.template = template;
    }

    @MillraceListener(topics = "rides", group = "${group}")
    void handle(String value) throws InterruptedException {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        DONE.add("interrupted " + value);
        throw e;
      }
      template.send("bills", value).join(); // what it uses is still there
      DONE.add(value);
    }

    @Override
    public void destroy() {
      ENDED.addAll(DONE);
    }
  }

  @Test
  void aMethodThatRunsIsFinishedAndCommitted() {
    DONE.clear();
    ENDED.clear();
    application()
        .withBean(Slow.class)
        .withPropertyValues("group=finishes")
        .run(
            context -> {
              Slow slow = context.getBean(Slow.class);
              send(numbers());
              slow.begun.await();
              CompletableFuture<Void> closed = closing(context.getSourceApplicationContext());
              eventually(() -> listener(context).isStopping());
              assertThat(closed).isNotDone();

              slow.mayEnd.countDown();
              closed.join();
            });
    // It takes a moment until no more methods begin.
    assertThat(DONE).startsWith("0").hasSizeLessThan(1000);
    assertThat(ENDED).as("done before the beans are destroyed").containsExactlyElementsOf(DONE);
    assertThat(broker.events("bills")).hasSameSizeAs(DONE);
    assertThat(committed("finishes")).isEqualTo(DONE.size());
  }

  @Test
  void aMethodThatTakesTooLongIsInterruptedAndItsEventComesAgain() {
    DONE.clear();
    application()
        .withBean(Slow.class)
        .withPropertyValues("group=interrupted", "millrace.listener.drain=10ms")
        .withBean(
            FailedEventHandler.class,
            () -> (listener, event, failure) -> DONE.add("taken over " + event.valueAsString()))
        .run(
            context -> {
              send("one", "two");
              context.getBean(Slow.class).begun.await();
            });
    eventually(() -> DONE.contains("interrupted one"));
    assertThat(DONE).containsExactly("interrupted one");
    assertThat(committed("interrupted")).isZero();

    application()
        .withBean(Slow.class)
        .withPropertyValues("group=interrupted")
        .run(
            context -> {
              context.getBean(Slow.class).mayEnd.countDown();
              eventually(() -> DONE.size() == 3);
              assertThat(DONE).containsExactly("interrupted one", "one", "two");
            });
  }

  static class StopsItself {
    @MillraceListener(topics = "rides", group = "itself")
    void handle(String value) {
      DONE.add(value);
      self.stop();
    }

    volatile RunningListener self;
  }

  @Test
  void aMethodMayStopItsListener() {
    DONE.clear();
    application()
        .withBean(StopsItself.class)
        .run(
            context -> {
              context.getBean(StopsItself.class).self = listener(context);
              send(numbers());
              eventually(() -> listener(context).state() == ListenerState.STOPPED);
            });
    assertThat(DONE).startsWith("0").hasSizeLessThan(1000);
    assertThat(committed("itself")).isEqualTo(DONE.size());
  }

  @Test
  void listenersStartAfterTheWebServerAndStopBeforeIt() {
    int webServer = SmartLifecycle.DEFAULT_PHASE - 2048;
    int webServerDrain = SmartLifecycle.DEFAULT_PHASE - 1024;
    assertThat(MillraceListenerRegistry.PHASE).isGreaterThan(webServerDrain);
    assertThat(ConnectingClient.PHASE).isLessThan(webServer);
  }

  @Test
  void eventsThatAreOnTheirWayHaveTheirReceiptsBeforeTheEnd() {
    CompletableFuture<?>[] receipt = new CompletableFuture<?>[1];
    application()
        .withPropertyValues("millrace.producer.linger=1m")
        .run(context -> receipt[0] = context.getBean(MillraceTemplate.class).send("rides", "last"));
    assertThat(receipt[0]).isCompleted();
    assertThat(broker.events("rides")).hasSize(1);
  }

  @Test
  void aClosedClientSaysSo() {
    MillraceClient[] client = new MillraceClient[1];
    application().run(context -> client[0] = context.getBean(MillraceClient.class));
    assertThatThrownBy(() -> client[0].admin().listTopics())
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("closed");
  }

  private static String[] numbers() {
    return IntStream.range(0, 1000).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private static CompletableFuture<Void> closing(ApplicationContext context) {
    return CompletableFuture.runAsync(((ConfigurableApplicationContext) context)::close);
  }
}
