package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TopicGlobTest {

  /** Java's own expressions say the same. */
  @Test
  void matchesAsTheSameRegularExpression() {
    long seed = 42;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String glob = text(random, "ab.*?", 6);
      String name = text(random, "ab.", 8);
      String regex = glob.replace(".", "\\.").replace("*", ".*").replace("?", ".");

      assertThat(new TopicGlob(glob).matches(name))
          .as("seed %d: %s on %s", seed, glob, name)
          .isEqualTo(Pattern.matches(regex, name));
    }
  }

  private static String text(Random random, String alphabet, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most) + 1; i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @Test
  void findsTheTopicsByTheBeginningOfTheirNames() {
    KnownTopics topics =
        new KnownTopics(
            List.of(topic("orders"), topic("orders.eu"), topic("orders.us"), topic("payments")),
            Set.of());

    assertThat(topics.resolve(new MemberSubscription(1, List.of("payments"), "orders.*")).values())
        .extracting(GroupTopic::name)
        .containsExactlyInAnyOrder("orders.eu", "orders.us", "payments");
  }

  @Test
  void leavesTheBrokersOwnTopicsOut() {
    assertThat(new TopicGlob("*").matches("__groups")).isFalse();
    assertThat(new TopicGlob("__*").matches("__groups")).isTrue();
  }

  private static GroupTopic topic(String name) {
    return new GroupTopic(UUID.nameUUIDFromBytes(name.getBytes()), name, 1);
  }
}
