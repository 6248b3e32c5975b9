package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.FakeLogins;
import io.millrace.client.fake.TestAuthority;
import io.millrace.protocol.wire.ProduceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of docs/client.md, which are the marked regions of this file. */
class GuideTest extends BrokerTest {

  private static final Path PAGE = Path.of("../docs/client.md");
  private static final Path THIS = Path.of("src/test/java/io/millrace/client/GuideTest.java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// begin: (\\w+)\n(.*?)\n *// end", Pattern.DOTALL);

  private final List<String> log = new ArrayList<>();
  private final List<ConsumedEvent> handled = new ArrayList<>();
  private Map<Integer, Long> saved = Map.of();

  @Test
  void pageHasTheCodeOfThisTest() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    Matcher examples = EXAMPLE.matcher(Files.readString(PAGE));
    while (examples.find()) {
      shown.put(examples.group(1), examples.group(2).strip());
    }
    Map<String, String> run = new TreeMap<>();
    Matcher regions = REGION.matcher(Files.readString(THIS));
    while (regions.find()) {
      run.put(regions.group(1), regions.group(2).stripIndent().strip());
    }
    assertThat(shown).isNotEmpty().isEqualTo(run);
  }

  @Test
  void quick() {
    String server = broker.address();
    // begin: quick
    try (MillraceClient client = MillraceClient.connect(server)) {
      client.admin().createTopic("rides", TopicSpec.partitions(4));

      try (Producer producer = client.producer("rides").source("vehicle-17").build()) {
        CompletableFuture<Receipt> receipt =
            producer.send(Event.of("ride-4711", "{\"fare\": 12.40}"));
        producer.flush();
        System.out.println("stored at " + receipt.join().offset());
      }

      try (Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build()) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
          System.out.println(event.keyAsString() + " " + event.valueAsString());
        }
      }
    }
    // end
    assertThat(broker.requests(ProduceRequest.class)).hasSize(1);
  }

  @Test
  void listen() {
    String server = broker.address();
    // begin: listen
    MillraceClient listening =
        MillraceClient.builder()
            .server(server)
            .connectionListener(
                event -> {
                  if (event instanceof ConnectionEvent.Connecting waiting) {
                    log("no broker for " + waiting.since().toSeconds() + " s: " + waiting.reason());
                  } else if (event instanceof ConnectionEvent.Connected connected) {
                    log("connected after " + connected.attempts() + " attempts");
                  }
                })
            .build();
    // end
    listening.close();
  }

  @Test
  void login(@TempDir Path directory) throws IOException {
    TestAuthority authority = new TestAuthority("Test CA");
    broker.tls(authority.issue("broker", "127.0.0.1").server(authority), false);
    FakeLogins logins = new FakeLogins("SCRAM-SHA-256", "TOKEN").token("mrt_1_abc");
    broker.requires(logins);
    Path authorities = authority.write(directory.resolve("ca.pem"));
    Path token = Files.writeString(directory.resolve("token"), "mrt_1_abc");
    String server = broker.address();
    // begin: login
    MillraceClient secure =
        MillraceClient.builder()
            .server(server)
            .tls(TlsOptions.trusting(authorities))
            .credentials(Credentials.tokenFile(token))
            .build();
    // end
    secure.close();
    assertThat(logins.done()).containsExactly("TOKEN service");
  }

  @Test
  void jwt() {
    FakeLogins logins = new FakeLogins("OAUTHBEARER").token("jwt");
    broker.requires(logins);
    IdentityProvider identityProvider = () -> "jwt";
    String server = broker.address();
    // begin: jwt
    MillraceClient client =
        MillraceClient.builder()
            .server(server)
            .credentials(Credentials.jwt(() -> identityProvider.newToken()))
            .build();
    // end
    client.close();
    assertThat(logins.done()).containsExactly("OAUTHBEARER service");
  }

  /** What a program has for its single sign-on. */
  private interface IdentityProvider {
    String newToken();
  }

  @Test
  void produce() {
    broker.topic("rides", 1);
    MillraceClient client = client();
    // begin: produce
    Producer producer =
        client
            .producer("rides")
            .source("gateway") // of events that name none
            .ack(Ack.STORED)
            .compression(Codec.ZSTD)
            .linger(Duration.ofMillis(5))
            .retry(RetryPolicy.defaults().deliveryTimeout(Duration.ofSeconds(30)))
            .build();

    Event event =
        Event.builder()
            .key("ride-4711")
            .value("{\"fare\": 12.40}")
            .timestamp(Instant.parse("2026-11-22T10:15:30.123456Z"))
            .source("vehicle-17")
            .header("trace", "8a3c")
            .build();

    producer
        .send(event)
        .whenComplete(
            (receipt, failure) -> {
              if (failure == null) {
                log("partition " + receipt.partition() + " offset " + receipt.offset());
              } else if (failure instanceof MillraceException refusal) {
                log(refusal.code() + ": " + refusal.getMessage());
              }
            });
    producer.close(); // waits for receipts, at most 30 s
    // end
    assertThat(log).containsExactly("partition 0 offset 0");
  }

  @Test
  void post() {
    broker.topic("rides", 1);
    MillraceClient client = client();
    // begin: post
    AtomicLong stored = new AtomicLong();
    Producer bulk =
        client
            .producer("rides")
            .receipts(
                new ReceiptListener() {
                  @Override
                  public void stored(Receipt first, int count) {
                    stored.addAndGet(count); // at the offsets from first.offset() on
                  }

                  @Override
                  public void failed(int partition, int count, MillraceException cause) {
                    log(count + " events of partition " + partition + " failed: " + cause.code());
                  }
                })
            .build();
    for (String text : lines()) {
      bulk.post(Event.of(text));
    }
    bulk.flush();
    log(stored + " events stored");
    // end
    assertThat(log).containsExactly("3 events stored");
  }

  @Test
  void importing() {
    broker.topic("rides", 1);
    MillraceClient client = client();
    for (int run = 0; run < 2; run++) {
      // begin: importing
      try (Producer importing = client.producer("rides").name("import-2026").build()) {
        long line = 0;
        for (String text : lines()) {
          line++;
          if (line > importing.lastSequence()) { // what is stored need not be made again
            importing.send(Event.builder().value(text).sequence(line).build());
          }
        }
      }
      // end
    }
    assertThat(broker.partition("rides", 0).values()).isEqualTo(lines());
  }

  private static List<String> lines() {
    return List.of("a", "b", "c");
  }

  @Test
  void consumeAndResume() {
    broker.topic("rides", 1);
    MillraceClient client = client();
    try (Producer producer = client.producer("rides").build()) {
      for (int i = 16; i < 20; i++) {
        Instant timestamp = Instant.parse(i < 18 ? "2026-11-21T23:59:59Z" : "2026-11-22T00:00:00Z");
        producer.send(
            Event.builder().value("v").source("vehicle-" + i).timestamp(timestamp).build());
      }
    }
    // begin: consume
    try (Consumer consumer =
        client
            .consumer("rides")
            .from(StartPosition.timestamp(Instant.parse("2026-11-22T00:00:00Z")))
            .sources("vehicle-17", "vehicle-18")
            .build()) {
      while (running()) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
          handle(event);
        }
        save(consumer.positions());
      }
    }
    // end
    assertThat(handled).extracting(ConsumedEvent::source).containsExactly("vehicle-18");

    // begin: resume
    Map<Integer, StartPosition> starts = new HashMap<>();
    load().forEach((partition, offset) -> starts.put(partition, StartPosition.offset(offset)));
    Consumer consumer = client.consumer("rides").from(starts).build();
    // end
    assertThat(consumer.positions()).isEqualTo(saved);
  }

  @Test
  void access() {
    MillraceClient client = client();
    char[] password = "correct horse".toCharArray();
    Instant inMay = Instant.parse("2027-05-01T00:00:00Z");
    // begin: access
    AccessAdmin access = client.admin().access();
    access.createUser("anna", Set.of("viewer"), password);
    access.addRules(List.of(new AccessRule("anna", "read topic:rides*")));
    log(access.testRule("anna", "read", "topic:rides-eu", Optional.empty()).decidedBy());

    TokenSpec spec = TokenSpec.expiringAt("ci", inMay).user("anna").allow("read topic:rides*");
    NewToken token = access.createToken(spec); // token() is shown this once
    for (TokenDescription each : access.listTokens("anna")) {
      log(each.id() + " " + each.name());
    }
    access.revokeToken(token.id());
    // end
    assertThat(log).containsExactly("rule: anna read topic:rides*", "k3x9 ci");
  }

  @Test
  void admin() {
    MillraceClient client = client();
    // begin: admin
    Admin admin = client.admin();
    admin.createTopic("trips", TopicSpec.partitions(2).setting("retentionTime", "7d"));
    admin.alterTopic("trips", Map.of("retentionTime", "30d"));
    admin.addPartitions("trips", 3); // in all

    for (PartitionDescription partition : admin.describeTopic("trips").partitions()) {
      log(partition.partition() + ": " + partition.start() + " to " + partition.end());
    }
    for (SourceDescription source : admin.listSources("trips").sources()) {
      log(source.source() + ": " + source.events() + " events, last " + source.lastEventTime());
    }
    long noon = admin.offsetForTime("trips", 0, Instant.parse("2026-11-22T12:00:00Z"));
    admin.deleteEventsBefore("trips", Map.of(0, noon));
    admin.deleteTopic("trips");

    BrokerDescription broker = admin.describeBroker();
    log(broker.topics() + " topics, " + (broker.degraded() ? "degraded" : "ok"));
    // end
    assertThat(noon).isZero();
    assertThat(log)
        .containsExactly(
            "0: 0 to 0",
            "1: 0 to 0",
            "2: 0 to 0",
            "a: 2 events, last 1970-01-01T00:00:03.000001Z",
            "0 topics, ok");
    assertThat(admin.listTopics()).isEmpty();
  }

  @Test
  void numbers() {
    broker.topic("readings", 1);
    String reading = "21.5";
    long n = 42;
    try (Producer producer = client().producer("readings").build()) {
      // begin: numbers
      producer.send(
          Event.builder().source("pump-7").key("pump-7").value(reading).sourceSequence(n).build());
      // end
    }
    try (Consumer consumer = client().consumer("readings").from(StartPosition.earliest()).build()) {
      assertThat(consumer.poll(Duration.ofSeconds(60)))
          .extracting(ConsumedEvent::sourceSequence)
          .containsExactly(OptionalLong.of(n));
    }
  }

  @Test
  void errors() {
    broker.topic("rides", 1);
    MillraceClient client = client();
    // begin: errors
    try {
      client.admin().createTopic("rides", TopicSpec.defaults());
    } catch (MillraceException e) {
      switch (e.code()) {
        case TOPIC_EXISTS -> log("there already");
        case SERVER_UNREACHABLE -> log("is the broker running? " + e.getMessage());
        default -> throw e;
      }
    }
    // end
    assertThat(log).containsExactly("there already");
  }

  private void log(String line) {
    log.add(line);
  }

  private boolean running() {
    return handled.isEmpty();
  }

  private void handle(ConsumedEvent event) {
    handled.add(event);
  }

  private void save(Map<Integer, Long> positions) {
    saved = positions;
  }

  private Map<Integer, Long> load() {
    return saved;
  }
}
