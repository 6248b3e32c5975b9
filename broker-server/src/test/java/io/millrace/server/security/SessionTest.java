package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.security.Principal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {

  private final Session session =
      new Session(Principal.ANONYMOUS, InetSocketAddress.createUnresolved("client", 1));
  private final List<String> ended = new ArrayList<>();

  @Test
  void closeHooksRunOnceInOrder() {
    session.onClose(() -> ended.add("first"));
    session.onClose(() -> ended.add("second"));
    assertThat(ended).isEmpty();

    session.close();
    session.close();

    assertThat(ended).containsExactly("first", "second");
  }

  @Test
  void aHookOfAClosedSessionRunsAtOnce() {
    session.close();

    session.onClose(() -> ended.add("late"));

    assertThat(ended).containsExactly("late");
  }

  @Test
  void aHookThatFailsKeepsNoOtherFromRunning() {
    session.onClose(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    session.onClose(() -> ended.add("other"));

    session.close();

    assertThat(ended).containsExactly("other");
  }
}
