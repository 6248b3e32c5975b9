package io.millrace.security.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramExchangeTest {

  private static final ScramMechanism SHA_256 = ScramMechanism.SHA_256;
  private static final byte[] END_POINT = {1, 2, 3, 4};
  private static final ChannelBinding PLUS = new ChannelBinding(true, true, true, END_POINT);
  private static final ChannelBinding OFFERED = new ChannelBinding(false, true, false, END_POINT);

  // The example of RFC 7677, section 3.
  private static final String RFC_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
  private static final String RFC_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String RFC_FINAL =
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final ScramVerifier RFC_USER =
      PasswordVerifier.of(
          SHA_256,
          "pencil".toCharArray(),
          Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="),
          4096);

  @Test
  void exampleOfTheRfc() throws Exception {
    ScramExchange exchange = new ScramExchange(SHA_256, ChannelBinding.NONE, RFC_NONCE);

    assertThat(exchange.challenge(RFC_FIRST, user -> RFC_USER))
        .isEqualTo(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    assertThat(exchange.user()).isEqualTo("user");
    assertThat(exchange.finish(RFC_FINAL))
        .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  }

  @Test
  void wrongPasswordIsRefused() {
    ScramVerifier other =
        PasswordVerifier.of(SHA_256, "pencils".toCharArray(), RFC_USER.salt(), 4096);
    ScramExchange exchange = new ScramExchange(SHA_256, ChannelBinding.NONE, RFC_NONCE);

    assertThatThrownBy(
            () -> {
              exchange.challenge(RFC_FIRST, user -> other);
              exchange.finish(RFC_FINAL);
            })
        .isInstanceOf(ScramException.class)
        .hasMessage("the password is wrong");
  }

  @Test
  void messageOfAnEarlierExchangeIsRefused() {
    ScramExchange next = new ScramExchange(SHA_256, ChannelBinding.NONE, "another");

    assertThatThrownBy(
            () -> {
              next.challenge(RFC_FIRST, user -> RFC_USER);
              next.finish(RFC_FINAL);
            })
        .isInstanceOf(ScramException.class)
        .hasMessageContaining("the nonce is another one");
  }

  @Test
  void proofForAnotherIterationCountIsRefused() {
    ScramVerifier more =
        PasswordVerifier.of(SHA_256, "pencil".toCharArray(), RFC_USER.salt(), 4097);
    ScramExchange exchange = new ScramExchange(SHA_256, ChannelBinding.NONE, RFC_NONCE);

    assertThatThrownBy(
            () -> {
              exchange.challenge(RFC_FIRST, user -> more);
              exchange.finish(RFC_FINAL);
            })
        .isInstanceOf(ScramException.class)
        .hasMessage("the password is wrong");
  }

  @ParameterizedTest
  @EnumSource(ScramMechanism.class)
  void clientWithThePasswordLogsIn(ScramMechanism mechanism) throws Exception {
    ScramVerifier verifier = PasswordVerifier.of(mechanism, "s\u00e9cret".toCharArray());
    ScramExchange exchange = new ScramExchange(mechanism, ChannelBinding.NONE, "server");
    TestScramClient client = new TestScramClient(mechanism, "n,,", new byte[0]);

    String challenge = exchange.challenge(client.first("al=ice,bob"), user -> verifier);
    String done = exchange.finish(client.last(challenge, "s\u00e9cret"));

    assertThat(exchange.user()).isEqualTo("al=ice,bob");
    assertThat(done).isEqualTo(client.expectedServerFinal());
  }

  @Test
  void boundChannelIsAccepted() throws Exception {
    ScramExchange exchange = new ScramExchange(SHA_256, PLUS, "server");
    TestScramClient client = new TestScramClient(SHA_256, "p=tls-server-end-point,,", END_POINT);

    String challenge = exchange.challenge(client.first("user"), user -> RFC_USER);

    assertThat(exchange.finish(client.last(challenge, "pencil"))).startsWith("v=");
  }

  @Test
  void bindingToAnotherCertificateIsRefused() throws Exception {
    ScramExchange exchange = new ScramExchange(SHA_256, PLUS, "server");
    TestScramClient client =
        new TestScramClient(SHA_256, "p=tls-server-end-point,,", new byte[] {1, 2, 3, 5});
    String challenge = exchange.challenge(client.first("user"), user -> RFC_USER);

    assertThatThrownBy(() -> exchange.finish(client.last(challenge, "pencil")))
        .isInstanceOf(ScramException.class)
        .hasMessageContaining("the channel binding is another one");
  }

  @Test
  void changedFlagIsRefusedAtTheEnd() throws Exception {
    ScramExchange exchange = new ScramExchange(SHA_256, ChannelBinding.NONE, "server");
    TestScramClient sent = new TestScramClient(SHA_256, "y,,", new byte[0]);
    // Somebody between the two has made y of n.
    String challenge =
        exchange.challenge("n,," + sent.first("user").substring(3), user -> RFC_USER);

    assertThatThrownBy(() -> exchange.finish(sent.last(challenge, "pencil")))
        .isInstanceOf(ScramException.class)
        .hasMessageContaining("the channel binding is another one");
  }

  @Test
  void clientThatDoesNotSeeThePlusMechanismsIsRefused() {
    assertThat(refusal(OFFERED, "y,,n=user,r=abc")).hasMessageContaining("downgrade");
    assertThat(refusal(new ChannelBinding(false, true, true, END_POINT), "n,,n=user,r=abc"))
        .hasMessageContaining("downgrade");
    assertThat(refusal(OFFERED, "n,,n=user,r=abc")).isNull();
    assertThat(refusal(ChannelBinding.NONE, "y,,n=user,r=abc")).isNull();
  }

  @Test
  void flagMustFitTheMechanism() {
    assertThat(refusal(PLUS, "n,,n=user,r=abc")).hasMessageContaining("does not bind");
    assertThat(refusal(PLUS, "y,,n=user,r=abc")).hasMessageContaining("downgrade");
    assertThat(refusal(PLUS, "p=tls-unique,,n=user,r=abc"))
        .hasMessageContaining("binds tls-unique, not tls-server-end-point");
    assertThat(refusal(OFFERED, "p=tls-server-end-point,,n=user,r=abc"))
        .hasMessageContaining("a mechanism without -PLUS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n",
        "n,",
        "n,,",
        "n,,n=user",
        "n,,r=abc,n=user",
        "n,,n=,r=abc",
        "n,,n=user,r=",
        "n,,n=us=er,r=abc",
        "n,,n=us=2cer,r=abc",
        "n,,n=user,r=a bc",
        "n,,n=user,r=abc,",
        "n,,n=user,r=abc,x",
        "n,,m=must,n=user,r=abc",
        "n,a=admin,n=user,r=abc",
        "x,,n=user,r=abc",
        "n=user,r=abc",
        "n,,n=us\u0000er,r=abc"
      })
  void malformedFirstMessageIsRefused(String message) {
    assertThat(refusal(ChannelBinding.NONE, message)).isInstanceOf(ScramException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=abcserver",
        "c=biws,p=AAAA",
        "r=abcserver,c=biws,p=AAAA",
        "c=biws,r=abcserver,p=AAAA",
        "c=biws,r=abcserver,p=!",
        "c=biwt,r=abcserver,p=AAAA",
        "c=biws=,r=abcserver,p=AAAA"
      })
  void malformedLastMessageIsRefused(String message) throws Exception {
    ScramExchange exchange = new ScramExchange(SHA_256, ChannelBinding.NONE, "server");
    exchange.challenge("n,,n=user,r=abc", user -> RFC_USER);

    assertThatThrownBy(() -> exchange.finish(message)).isInstanceOf(ScramException.class);
  }

  @Test
  void everyDamagedMessageEndsInARefusal() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    String alphabet = "nyp=,rcabc019+/\u0000\u00e9\ud83d ";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder first = new StringBuilder(RFC_FIRST);
      StringBuilder last = new StringBuilder(RFC_FINAL);
      for (int damaged = random.nextInt(3); damaged >= 0; damaged--) {
        damage(first, random, alphabet);
        damage(last, random, alphabet);
      }

      Throwable ofFirst = catchThrowable(() -> exchangeOf(first.toString()));
      Throwable ofLast = catchThrowable(() -> exchangeOf(RFC_FIRST).finish(last.toString()));

      assertThat(ofFirst == null || ofFirst instanceof ScramException)
          .as("seed %d, message %s: %s", seed, first, ofFirst)
          .isTrue();
      assertThat(ofLast instanceof ScramException || last.toString().equals(RFC_FINAL))
          .as("seed %d, message %s: %s", seed, last, ofLast)
          .isTrue();
    }
  }

  @Test
  void unknownUserHasTheSameSaltEachTimeAndNoPassword() {
    byte[] secret = {1, 2, 3};
    ScramVerifier once = new UnknownUsers(secret).verifier(SHA_256, "mallory", 16_384);
    ScramVerifier again = new UnknownUsers(secret).verifier(SHA_256, "mallory", 16_384);

    assertThat(again).isEqualTo(once);
    assertThat(once.salt()).hasSize(PasswordVerifier.of(SHA_256, new char[] {'x'}).salt().length);
    assertThat(new UnknownUsers(secret).verifier(SHA_256, "mallorx", 16_384).salt())
        .isNotEqualTo(once.salt());
    assertThat(new UnknownUsers(new byte[] {4}).verifier(SHA_256, "mallory", 16_384).salt())
        .isNotEqualTo(once.salt());
  }

  private static void damage(StringBuilder text, Random random, String alphabet) {
    int at = random.nextInt(text.length());
    char other = alphabet.charAt(random.nextInt(alphabet.length()));
    switch (random.nextInt(3)) {
      case 0 -> text.setCharAt(at, other);
      case 1 -> text.insert(at, other);
      default -> text.deleteCharAt(at);
    }
  }

  private static ScramExchange exchangeOf(String first) throws ScramException {
    ScramExchange exchange = new ScramExchange(SHA_256, ChannelBinding.NONE, RFC_NONCE);
    exchange.challenge(first, user -> RFC_USER);
    return exchange;
  }

  private static Throwable refusal(ChannelBinding binding, String first) {
    return catchThrowable(
        () -> new ScramExchange(SHA_256, binding, "server").challenge(first, user -> RFC_USER));
  }
}
