package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** A broker that is not there, that comes, that goes, and whose disk fails. */
class BrokerAwayTest extends StarterTest {

  private static final Queue<String> DONE = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void nothingIsDone() {
    DONE.clear();
  }

  static class Billing {
    @MillraceListener(id = "billing", topics = "rides", group = "${group}")
    void handle(String value) {
      DONE.add(value);
    }
  }

  @Test
  void anApplicationStartsBeforeItsBroker() {
    send("before");
    broker.crash();
    application()
        .withBean(Billing.class)
        .withPropertyValues("group=early")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              Health health = health(context);
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(health.getDetails())
                  .containsEntry("server", broker.address())
                  .containsEntry("connected", false);
              assertThat(health.getDetails().get("reason").toString())
                  .startsWith("SERVER_UNREACHABLE: ")
                  .contains(broker.address());
              assertThat(health.getDetails().get("listeners").toString())
                  .contains("billing=JOINING");
              assertThatThrownBy(() -> context.getBean(Admin.class).listTopics())
                  .isInstanceOf(MillraceException.class)
                  .hasMessageContaining(broker.address());
              CompletableFuture<Receipt> refused =
                  context.getBean(MillraceTemplate.class).send("rides", "too early");
              assertThat(refused).isCompletedExceptionally();
              assertThatThrownBy(refused::join)
                  .isInstanceOf(CompletionException.class)
                  .cause()
                  .isInstanceOf(MillraceException.class)
                  .extracting(cause -> ((MillraceException) cause).code())
                  .isEqualTo(ErrorCode.SERVER_UNREACHABLE);

              broker.restart();
              eventually(() -> DONE.contains("before"));
              eventually(() -> health(context).getStatus().equals(Status.UP));
              context.getBean(MillraceTemplate.class).send("rides", "after").join();
              eventually(() -> DONE.contains("after"));
              assertThat(DONE).containsExactly("before", "after");
            });
  }

  @Test
  void aClientWithoutListenersConnectsInTheBackground() {
    broker.crash();
    application()
        .run(
            context -> {
              assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
              broker.restart();
              eventually(() -> health(context).getStatus().equals(Status.UP));
            });
  }

  @Test
  void anApplicationCanRequireItsBroker() {
    broker.crash();
    application()
        .withBean(Billing.class)
        .withPropertyValues("group=required", "millrace.require-broker-at-start=true")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOfAny(MillraceException.class, IOException.class));
  }

  @Test
  void anApplicationStopsWhileItWaitsForItsBroker() {
    broker.crash();
    application()
        .withBean(Billing.class)
        .withPropertyValues(
            "group=waiting",
            "millrace.reconnect-backoff.initial=1d",
            "millrace.reconnect-backoff.max=1d")
        .run(context -> assertThat(health(context).getStatus()).isEqualTo(Status.DOWN));
    eventually(() -> noThread("millrace-listener-billing"));
  }

  private static boolean noThread(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(each -> each.getName().equals(name));
  }

  /** A listener that waits for an answer is interrupted: its stop does not take a whole timeout. */
  @Test
  void anApplicationStopsWhileItConnects() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      applicationWithoutAddress()
          .withBean(Billing.class)
          .withPropertyValues(
              "group=silent",
              "millrace.server=localhost:" + silent.getLocalPort(),
              "millrace.connect-timeout=100ms")
          .withBean(
              MillraceClientCustomizer.class,
              () ->
                  new MillraceClientCustomizer() {
                    private int attempts;

                    @Override
                    public void customize(MillraceClient.Builder client) {
                      if (++attempts > 1) {
                        client.connectTimeout(Duration.ofDays(20));
                      }
                    }
                  })
          .run(
              context -> {
                assertThat(context).hasNotFailed();
                assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
              });
    }
    eventually(() -> noThread("millrace-listener-billing") && noThread("millrace-spring-connect"));
  }

  @Test
  void aBrokerThatFallsAndComesBackLosesNothing() {
    application()
        .withBean(Billing.class)
        .withPropertyValues("group=falls")
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "0").join();
              eventually(() -> DONE.contains("0"));

              broker.crashLosingUnsynced();
              eventually(() -> health(context).getStatus().equals(Status.DOWN));
              CompletableFuture<Receipt> waiting = template.send("rides", "1");
              broker.restart();

              waiting.join();
              eventually(() -> DONE.contains("1"));
              eventually(() -> health(context).getStatus().equals(Status.UP));
              assertThat(listener(context).state()).isEqualTo(ListenerState.RUNNING);
            });
    assertThat(committed("falls")).isEqualTo(2);
  }

  @Test
  void aFullDiskIsWaitedForAndABrokenOneFailsInTime() {
    application()
        .withPropertyValues("millrace.producer.delivery-timeout=2m")
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              broker.diskFull(true);
              CompletableFuture<Receipt> waiting = template.send("rides", "0");
              broker.diskFull(false);
              assertThat(waiting.join().offset()).isZero();
            });
    application()
        .withPropertyValues("millrace.producer.delivery-timeout=200ms")
        .run(
            context -> {
              broker.failFsync();
              assertThatThrownBy(
                      () -> context.getBean(MillraceTemplate.class).send("rides", "1").join())
                  .cause()
                  .isInstanceOf(MillraceException.class)
                  .extracting(cause -> ((MillraceException) cause).code())
                  .isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
              broker.restart();
            });
  }
}
