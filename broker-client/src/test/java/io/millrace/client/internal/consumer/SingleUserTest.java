package io.millrace.client.internal.consumer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SingleUserTest {

  private final SingleUser user = new SingleUser("consumer of topic 'rides'", () -> {});

  @Test
  void aSecondThreadHearsOfTheFirst() {
    user.enter();
    CompletableFuture<Void> second = CompletableFuture.runAsync(user::enter);
    assertThatThrownBy(second::join)
        .cause()
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("in use by thread " + Thread.currentThread().getName());
  }

  @Test
  void aListenerHearsThatItIsOne() {
    user.enter();
    assertThatThrownBy(user::enter)
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("called by its own listener or handler");
  }
}
