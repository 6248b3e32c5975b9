package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.DamageList;
import io.millrace.client.DamagedEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a list of damage says of topics that it does not reach. */
class ListedDamageTest {

  private static final List<DamagedEvents> RANGES =
      List.of(
          new DamagedEvents("b", 0, 1, 2, "torn"),
          new DamagedEvents("b", 2, 1, 2, "torn"),
          new DamagedEvents("b", 2, 3, 4, "torn"));

  private final ListedDamage whole = new ListedDamage(new DamageList(3, RANGES), true);
  private final ListedDamage cut = new ListedDamage(new DamageList(1001, RANGES), true);

  @Test
  void aWholeListKnowsAllTopics() {
    assertThat(whole.health("a")).isEmpty();
    assertThat(whole.health("b")).isEqualTo("damaged (3)");
    assertThat(whole.health("c")).isEmpty();
    assertThat(whole.health("b", 2)).isEqualTo("damaged (2)");
    assertThat(whole.health("b", 3)).isEmpty();
    assertThat(ListedDamage.none().health("a")).isEmpty();
  }

  @Test
  void aListThatIsCutKnowsWhatIsBeforeItsEnd() {
    assertThat(cut.health("a")).isEmpty();
    assertThat(cut.health("b")).isEqualTo("damaged (3 or more)");
    assertThat(cut.health("c")).isEqualTo("damage unknown");
    assertThat(cut.health("b", 0)).isEqualTo("damaged (1)");
    assertThat(cut.health("b", 1)).isEmpty();
    assertThat(cut.health("b", 2)).isEqualTo("damaged (2 or more)");
    assertThat(cut.health("b", 3)).isEqualTo("damage unknown");
  }

  @Test
  void aBrokerThatCannotListDamageKnowsNothing() {
    ListedDamage unknown = new ListedDamage(new DamageList(0, List.of()), false);
    assertThat(unknown.health("a")).isEqualTo("damage unknown");
    assertThat(unknown.health("a", 0)).isEqualTo("damage unknown");
  }

  @Test
  void jsonSaysWhetherThereCanBeMore() throws IOException {
    assertThat(json(whole, "b", 2)).endsWith("],\"damageTruncated\":false}");
    assertThat(json(cut, "b", 0)).endsWith("],\"damageTruncated\":false}");
    assertThat(json(cut, "b", 2)).endsWith("],\"damageTruncated\":true}");
    assertThat(json(cut, "c", 0)).isEqualTo("{\"damage\":[],\"damageTruncated\":true}");
    assertThat(print(cut::write)).endsWith("],\"damageTruncated\":true}");
    assertThat(print(whole::write)).endsWith("],\"damageTruncated\":false}");
  }

  private static String json(ListedDamage damage, String topic, int partition) throws IOException {
    return print(json -> damage.write(json, topic, partition));
  }

  private static String print(OutputOption.JsonResult fields) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OutputOption.printJson(
        out,
        json -> {
          json.writeStartObject();
          fields.write(json);
          json.writeEndObject();
        });
    return out.toString(StandardCharsets.UTF_8).strip();
  }
}
