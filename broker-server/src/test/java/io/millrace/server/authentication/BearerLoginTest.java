package io.millrace.server.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.security.Principal;
import io.millrace.security.User;
import io.millrace.server.authentication.BearerLogin.Verified;
import io.millrace.server.authentication.ClientLogin.Answer;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Session;
import io.millrace.storage.memory.MemoryStorage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerLoginTest {

  private final AccessStore access = AccessStore.open(new MemoryStorage(1 << 20).states());
  private final CompletableFuture<Verified> verified = new CompletableFuture<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private String token;

  private final Authentication authentication =
      new Authentication(
          access,
          true,
          () -> 0,
          List.of(
              new BearerLogin(
                  access,
                  text -> {
                    token = text;
                    return verified;
                  })),
          List.of());
  private final ClientLogin login =
      authentication.login(
          channel,
          new Session(Principal.ANONYMOUS, channel.remoteAddress()),
          "here",
          List.of(BearerLogin.NAME));

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void answerComesWhenTheTokenIsVerified() {
    CompletableFuture<Answer> answer =
        login.message(BearerLogin.NAME, BearerLogin.message("aaa.bbb.ccc"));
    assertThat(answer).isNotDone();
    assertThat(token).isEqualTo("aaa.bbb.ccc");

    verified.complete(new Verified("alice", Set.of("viewer"), 4711));

    assertThat(answer.join())
        .isInstanceOfSatisfying(
            Answer.Proved.class,
            proved -> {
              assertThat(proved.login().principal())
                  .isEqualTo(new Principal("alice", Set.of("viewer"), List.of()));
              assertThat(proved.login().expiresAtMicros()).isEqualTo(4711);
            });
  }

  @Test
  void tokenThatIsNotValidIsRefused() {
    verified.completeExceptionally(new IllegalStateException("says the test"));

    assertThat(login.message(BearerLogin.NAME, BearerLogin.message("x")).join())
        .isEqualTo(new Answer.Refused(0));
  }

  @Test
  void disabledUserIsRefused() {
    access.change(
        state ->
            state.withUsers(
                new TreeMap<>(Map.of("alice", new User("alice", Set.of(), false, List.of())))));
    verified.complete(new Verified("alice", Set.of(), 0));

    assertThat(login.message(BearerLogin.NAME, BearerLogin.message("x")).join())
        .isEqualTo(new Answer.Refused(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n,,",
        "auth=Bearer x",
        "n,,\u0001auth=Bearer x",
        "n,,\u0001auth=Basic x\u0001\u0001",
        "y,,\u0001auth=Bearer x\u0001\u0001"
      })
  void messageOfAnotherFormIsRefused(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);

    assertThat(login.message(BearerLogin.NAME, bytes).join()).isEqualTo(new Answer.Refused(0));
    assertThat(token).isNull();
  }
}
