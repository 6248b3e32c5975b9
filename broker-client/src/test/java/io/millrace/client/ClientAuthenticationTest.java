package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.fake.EnoughTime;
import io.millrace.client.fake.FakeLogins;
import io.millrace.client.fake.TestAuthority;
import io.millrace.client.fake.TestAuthority.Issued;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.HelloRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with credentials, and brokers that need some. */
class ClientAuthenticationTest extends BrokerTest {

  private static final String SHA_256 = "SCRAM-SHA-256";
  private static final String SECRET = "pencil-of-alice";
  private static final Credentials ALICE = Credentials.password("alice", SECRET.toCharArray());

  private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();

  @TempDir private Path directory;

  private FakeLogins requires(String... mechanisms) {
    FakeLogins logins = new FakeLogins(mechanisms).user("alice", SECRET);
    broker.requires(logins);
    return logins;
  }

  private MillraceClient.Builder with(Credentials credentials) {
    return builder().credentials(credentials).connectionListener(events::add);
  }

  private MillraceException refusal(Credentials credentials, ErrorCode code) {
    MillraceException failure = thrownBy(() -> with(credentials).build());
    assertThat(failure.code()).isEqualTo(code);
    assertThat(broker.sessions()).as("attempts").hasSize(1);
    return failure;
  }

  /** Waits for an event of a kind. */
  private <T extends ConnectionEvent> T heard(Class<T> kind) throws InterruptedException {
    while (true) {
      ConnectionEvent event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("a %s", kind.getSimpleName()).isNotNull();
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  /** Waits until the broker has refused an attempt to connect. */
  private void awaitRefusal() throws InterruptedException {
    Optional<MillraceException> failure = Optional.empty();
    while (failure.isEmpty() || failure.get().code() != ErrorCode.AUTHENTICATION_FAILED) {
      failure = heard(ConnectionEvent.Connecting.class).lastFailure();
    }
  }

  private List<String> sent() {
    return broker.requests(AuthenticateRequest.class).stream()
        .map(request -> request.data().toString(StandardCharsets.UTF_8))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
  void passwordIsProvedAndNotSent(String mechanism) {
    FakeLogins logins = requires(mechanism, "TOKEN");
    try (MillraceClient client = with(ALICE).build()) {
      assertThat(client.admin().listTopics()).isEmpty();
    }
    assertThat(logins.done()).containsExactly(mechanism + " user");
    assertThat(broker.requests(HelloRequest.class).get(0).mechanisms())
        .containsExactly("SCRAM-SHA-256", "SCRAM-SHA-512");
    assertThat(sent()).hasSize(2).noneMatch(message -> message.contains(SECRET));
    assertThat(sent().get(0)).startsWith("n,,n=alice,r=");
  }

  @Test
  void firstMechanismOfTheBrokerIsUsed() {
    FakeLogins logins = requires("TOKEN", "SCRAM-SHA-512", SHA_256);
    with(ALICE).build().close();
    assertThat(logins.done()).containsExactly("SCRAM-SHA-512 user");
  }

  @Test
  void wrongPasswordFailsAtOnce() {
    requires(SHA_256);
    assertThat(
            refusal(
                Credentials.password("alice", "other".toCharArray()),
                ErrorCode.AUTHENTICATION_FAILED))
        .hasMessage(
            "the broker refused the credentials of the client (password of user 'alice'): the"
                + " credential is not valid");
  }

  @Test
  void brokerThatCannotProveItselfIsRefused() {
    requires(SHA_256).wrongSignature();
    assertThat(refusal(ALICE, ErrorCode.AUTHENTICATION_FAILED))
        .hasMessageContaining("the broker could not prove that it knows user 'alice'");
  }

  @Test
  void brokerThatSkipsTheProofIsRefused() {
    requires(SHA_256).withoutProof();
    assertThat(refusal(ALICE, ErrorCode.AUTHENTICATION_FAILED))
        .hasMessageContaining("the broker could not prove that it knows user 'alice'");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4095, 1_000_001, Integer.MAX_VALUE})
  void numbersOfIterationsThatAreTooLowOrTooHighAreRefused(int iterations) {
    requires(SHA_256).iterations(iterations);
    assertThat(refusal(ALICE, ErrorCode.AUTHENTICATION_FAILED))
        .hasMessageContaining("it asked for " + iterations + " iterations")
        .hasMessageContaining("4096 to 1000000");
    assertThat(sent()).as("messages: no proof").hasSize(1);
  }

  private TlsOptions serveTls(FakeLogins logins) {
    TestAuthority authority = new TestAuthority("Test CA");
    Issued server = authority.issue("broker", "127.0.0.1");
    logins.certificate(server.chain().get(0));
    broker.tls(server.server(authority), false);
    return TlsOptions.trusting(authority.write(directory.resolve("ca.pem")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS"})
  void proofIsBoundToTheCertificate(String mechanism) {
    FakeLogins logins = requires(SHA_256, mechanism);
    TlsOptions tls = serveTls(logins);
    with(ALICE).tls(tls).build().close();
    assertThat(logins.done()).containsExactly(mechanism + " user");
    assertThat(sent().get(0)).startsWith("p=tls-server-end-point,,");
  }

  @Test
  void proofForAnotherCertificateIsWorthNothing() {
    FakeLogins logins = requires("SCRAM-SHA-256-PLUS");
    TlsOptions tls = serveTls(logins);
    logins.certificate(new TestAuthority("Other").issue("real").chain().get(0));
    MillraceException failure = thrownBy(() -> with(ALICE).tls(tls).build());
    assertThat(failure.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
  }

  @Test
  void brokerLearnsThatItsChannelBindingWasRemoved() {
    FakeLogins logins = requires(SHA_256);
    TlsOptions tls = serveTls(logins);
    MillraceException failure = thrownBy(() -> with(ALICE).tls(tls).build());
    assertThat(failure.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    assertThat(sent().get(0)).startsWith("y,,");
  }

  @Test
  void clientWithoutCredentialsLearnsThatTheyAreNeeded() {
    requires(SHA_256);
    MillraceException failure = thrownBy(() -> builder().build());
    assertThat(failure.code()).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
    assertThat(failure).hasMessageContaining("give the client a password or a token");
  }

  @Test
  void brokerThatNeedsNoCredentialsGetsNone() {
    try (MillraceClient client = with(Credentials.token("mrt_1_abc")).build()) {
      assertThat(client.admin().listTopics()).isEmpty();
    }
    assertThat(sent()).isEmpty();
  }

  @Test
  void oldBrokerIsUsedWithoutCredentials() {
    broker.without(Api.AUTHENTICATE).supportsFirstHello();
    try (MillraceClient client = with(ALICE).build()) {
      assertThat(client.admin().listTopics()).isEmpty();
    }
    assertThat(broker.versions(HelloRequest.class)).containsExactly(1);
  }

  @Test
  void credentialsThatTheBrokerDoesNotKnowAreNamed() {
    requires("OAUTHBEARER", "NEW");
    assertThat(refusal(ALICE, ErrorCode.AUTHENTICATION_FAILED))
        .hasMessageContaining("(password of user 'alice')")
        .hasMessageContaining("they need SCRAM-SHA-256 or SCRAM-SHA-512")
        .hasMessageContaining("the broker accepts 'OAUTHBEARER, NEW'");
  }

  @Test
  void tokenIsSent() {
    FakeLogins logins = requires(SHA_256, "TOKEN").token("mrt_1_abc");
    with(Credentials.token(" mrt_1_abc\n")).build().close();
    assertThat(logins.done()).containsExactly("TOKEN service");
  }

  @Test
  void newTokenInTheFileIsUsedByTheNextConnection() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "mrt_1_old\n");
    FakeLogins logins = requires("TOKEN").token("mrt_1_old").token("mrt_2_new");
    try (MillraceClient client = with(Credentials.tokenFile(file)).build()) {
      Files.writeString(file, "mrt_2_new\n");
      broker.session().cut();
      client.admin().listTopics();
    }
    assertThat(logins.done()).hasSize(2);
    assertThat(sent()).containsExactly("mrt_1_old", "mrt_2_new");
  }

  @Test
  void fileWithoutATokenIsNamed() throws Exception {
    requires("TOKEN");
    Path missing = directory.resolve("missing");
    assertThat(refusal(Credentials.tokenFile(missing), ErrorCode.AUTHENTICATION_FAILED))
        .hasMessage("there is no token file " + missing);
    Path file = Files.writeString(directory.resolve("token"), "mrt_1_a mrt_2_b");
    MillraceException failure = thrownBy(() -> with(Credentials.tokenFile(file)).build());
    assertThat(failure)
        .hasMessageContaining("the token in the file " + file)
        .hasMessageContaining("printable ASCII")
        .hasMessageNotContaining("mrt_");
  }

  @Test
  void revokedTokenIsTriedAgainUntilTheFileHasANewOne() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "mrt_1_old");
    FakeLogins logins = requires("TOKEN").token("mrt_1_old");
    try (MillraceClient client = with(Credentials.tokenFile(file)).build()) {
      logins.revoke("mrt_1_old");
      broker.session().goAway(ErrorCode.AUTHENTICATION_FAILED);
      broker.session().cut();
      assertThat(heard(ConnectionEvent.Disconnected.class).cause().code())
          .isEqualTo(ErrorCode.CONNECTION_LOST);
      awaitRefusal();
      logins.token("mrt_2_new");
      Files.writeString(file, "mrt_2_new");
      assertThat(client.admin().listTopics()).isEmpty();
    }
  }

  @Test
  void requestThatWaitedForCredentialsSaysSo() throws Exception {
    FakeLogins logins = requires("TOKEN").token("mrt_1_old");
    try (MillraceClient client =
        with(Credentials.token("mrt_1_old")).requestTimeout(Duration.ofMillis(500)).build()) {
      logins.revoke("mrt_1_old");
      broker.session().cut();
      awaitRefusal();
      MillraceException failure = thrownBy(() -> client.admin().listTopics());
      assertThat(failure.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
      assertThat(failure)
          .hasMessageContaining("last failure: the broker refused the credentials of the client")
          .hasMessageNotContaining("check that the broker runs");
    }
  }

  @Test
  void expiredCredentialIsReplaced() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    FakeLogins logins = requires("OAUTHBEARER").token("jwt1").token("jwt2");
    try (MillraceClient client =
        with(Credentials.jwt(() -> "jwt" + asked.incrementAndGet())).build()) {
      broker.session().goAway(ErrorCode.CREDENTIAL_EXPIRED);
      broker.session().cut();
      client.admin().listTopics();
      assertThat(heard(ConnectionEvent.Disconnected.class).cause().code())
          .isEqualTo(ErrorCode.CREDENTIAL_EXPIRED);
    }
    assertThat(logins.done()).hasSize(2);
    assertThat(sent().get(1)).isEqualTo("n,,\u0001auth=Bearer jwt2\u0001\u0001");
  }

  /** On a busy machine, a short lifetime is over before the client can renew it. */
  @Test
  void jwtIsRenewedBeforeItsEnd() throws Exception {
    boolean renewed = false;
    for (int millis = 500; !renewed && millis <= 32_000; millis *= 4) {
      renewed = isRenewed(Duration.ofMillis(millis));
    }
    assertThat(renewed).as("renewed on the same connection").isTrue();
  }

  /** At the first renewal, the supplier fails. */
  private boolean isRenewed(Duration lifetime) throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    BlockingQueue<String> renewed = new LinkedBlockingQueue<>();
    requires("OAUTHBEARER").token("jwt1", lifetime).token("jwt3");
    broker.script(
        exchange -> {
          exchange.proceed();
          if (exchange.request() instanceof AuthenticateRequest && asked.get() == 3) {
            renewed.add("renewed");
          }
        });
    int sessions = broker.sessions().size();
    try (MillraceClient client =
        with(Credentials.jwt(
                () -> {
                  if (asked.incrementAndGet() == 2) {
                    throw new IllegalStateException("no answer of the identity provider");
                  }
                  return "jwt" + asked.get();
                }))
            .build()) {
      String outcome = renewed.poll(2 * lifetime.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(client.admin().listTopics()).isEmpty();
      assertThat(broker.sessions()).as("connections").hasSize(sessions + 1);
      return outcome != null;
    }
  }

  @Test
  void supplierThatFailsIsNamed() {
    requires("OAUTHBEARER", SHA_256);
    assertThat(
            refusal(
                Credentials.jwt(
                    () -> {
                      throw new IllegalStateException("no answer of the identity provider");
                    }),
                ErrorCode.AUTHENTICATION_FAILED))
        .hasMessage(
            "the client has no credentials (JWT): java.lang.IllegalStateException: no answer of the"
                + " identity provider");
  }

  @Test
  void supplierThatBlocksCountsIntoTheConnectTimeout() {
    requires("OAUTHBEARER");
    CountDownLatch over = new CountDownLatch(1);
    Credentials blocking =
        Credentials.jwt(
            () -> {
              await(over);
              return "late";
            });
    MillraceException failure =
        EnoughTime.failure(
            Duration.ofMillis(500),
            timeout -> thrownBy(() -> with(blocking).connectTimeout(timeout).build()),
            after -> after.getMessage().contains("authentication"));
    over.countDown();
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(failure)
        .hasMessageContaining("the authentication was not finished within ")
        .hasMessageContaining("the program does not supply the credentials (JWT)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", "two tokens", "mrt_\u00e4", "mrt_\u0000"})
  void textThatIsNoTokenIsRefused(String text) {
    assertThatThrownBy(() -> Credentials.token(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("mrt_");
  }

  @Test
  void emptyNamesAndPasswordsAreRefused() {
    assertThatThrownBy(() -> Credentials.password("", SECRET.toCharArray()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Credentials.password("alice", new char[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arrayOfThePasswordMayBeCleared() {
    requires(SHA_256);
    char[] password = SECRET.toCharArray();
    Credentials credentials = Credentials.password("alice", password);
    java.util.Arrays.fill(password, 'x');
    with(credentials).build().close();
  }
}
