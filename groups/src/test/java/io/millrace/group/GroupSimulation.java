package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Groups under faults, in virtual time, from one seed: messages are lost, doubled and late; members
 * join, leave, die, pause and come back as zombies; appends fail; the broker crashes with a part of
 * its last records in the log. Every decision is compared with {@link NaiveGroups}.
 */
final class GroupSimulation {

  private static final long MILLI = 1_000;
  private static final long SECOND = 1_000_000;

  private record Event(long at, long order, Runnable work) {}

  private final Random random;
  private final boolean sameTopics;
  private final Assignor assignor;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
  private final List<SimClient> clients = new ArrayList<>();
  private final Map<String, GroupTopic> topics = new TreeMap<>();
  private final CheckedGroups groups;

  private KnownTopics known;
  private long now = SECOND;
  private long order;
  private int names;
  private boolean faults = true;

  GroupSimulation(long seed) {
    this.random = new Random(seed);
    this.sameTopics = random.nextInt(3) > 0;
    this.assignor = random.nextInt(5) == 0 ? Assignor.SINGLE_ACTIVE : Assignor.BALANCED;
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      createTopic("topic-" + i);
    }
    known = new KnownTopics(topics.values(), Set.of());
    groups = new CheckedGroups(known, now);
  }

  /** What happened, to see that a run tests something. */
  record Summary(int acceptedCommits, int grants, int records) {}

  Summary run(int steps) {
    for (int i = 0; i < steps; i++) {
      chance();
      advance(20 + random.nextInt(400));
    }
    settle();
    groups.checkPrefixes(random);
    return new Summary(groups.acceptedCommits(), groups.changes(), groups.records());
  }

  private void createTopic(String name) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    topics.put(name, new GroupTopic(id, name, 1 + random.nextInt(6)));
  }

  // Faults.

  private void chance() {
    int dice = random.nextInt(100);
    if (dice < 16) {
      startClient();
    } else if (dice < 20) {
      endClient(true);
    } else if (dice < 24) {
      endClient(false);
    } else if (dice < 30) {
      any().ifPresent(client -> client.paused = !client.paused);
    } else if (dice < 34) {
      changeTopics();
    } else if (dice < 38) {
      any().ifPresent(this::changeSubscription);
    } else if (dice < 42) {
      groups.failAppend();
    } else if (dice < 46) {
      groups.crash(random);
    } else if (dice < 49) {
      request(reset(), answer -> {});
    } else if (dice < 51) {
      request(new Command.Delete(groupName()), answer -> {});
    } else if (dice < 53) {
      request(new Command.Describe(groupName()), answer -> {});
    } else if (dice < 56) {
      groups.rewriteLog();
    } else if (dice < 60) {
      request(commitWithoutMember(), answer -> {});
    } else {
      any().ifPresent(this::work);
    }
  }

  private String groupName() {
    return "group-" + random.nextInt(2);
  }

  private Optional<SimClient> any() {
    return clients.isEmpty()
        ? Optional.empty()
        : Optional.of(clients.get(random.nextInt(clients.size())));
  }

  private void startClient() {
    if (clients.stream().filter(client -> !client.ended).count() > 7) {
      return;
    }
    String staticName = random.nextInt(3) == 0 ? "static-" + random.nextInt(3) : "";
    long timeout = (2 + random.nextInt(4)) * SECOND;
    clients.add(new SimClient(groupName(), "m" + names++, staticName, timeout, subscription(1)));
  }

  private MemberSubscription subscription(int version) {
    if (sameTopics) {
      return new MemberSubscription(version, List.of(), "*");
    }
    List<String> some = new ArrayList<>();
    for (String topic : topics.keySet()) {
      if (random.nextBoolean()) {
        some.add(topic);
      }
    }
    return some.isEmpty()
        ? new MemberSubscription(version, List.of("topic-0"), "")
        : new MemberSubscription(version, some, random.nextInt(4) == 0 ? "topic-?" : "");
  }

  private void changeSubscription(SimClient client) {
    client.subscription = subscription(client.subscription.version() + 1);
  }

  private void endClient(boolean gracefully) {
    any()
        .ifPresent(
            client -> {
              client.ended = true;
              clients.remove(client);
              client.owned.clear();
              if (gracefully) {
                boolean comeBack = random.nextBoolean();
                send(
                    client, new Command.Leave(client.group, client.member, client.epoch, comeBack));
              }
              if (!client.staticName.isEmpty() && random.nextBoolean()) {
                clients.add(
                    new SimClient(
                        client.group,
                        "m" + names++,
                        client.staticName,
                        client.sessionTimeoutMicros,
                        client.subscription));
              }
            });
  }

  private void changeTopics() {
    String name = "topic-" + random.nextInt(4);
    GroupTopic topic = topics.get(name);
    if (topic == null || random.nextInt(3) == 0) {
      createTopic(name);
    } else if (random.nextBoolean()) {
      topics.put(name, new GroupTopic(topic.id(), name, topic.partitions() + 1));
    } else if (topics.size() > 1) {
      topics.remove(name);
    }
    known = new KnownTopics(topics.values(), Set.of());
    decide(new Command.TopicsChanged(known), reply -> {});
  }

  private Command reset() {
    String group = groupName();
    List<Command.NewOffset> offsets = new ArrayList<>();
    for (PartitionId partition : groups.staged().offsets(group).keySet()) {
      if (!known.isGone(partition) && random.nextBoolean()) {
        offsets.add(new Command.NewOffset(partition, random.nextInt(20) - 1));
      }
    }
    return new Command.Reset(group, offsets, random.nextInt(4) == 0);
  }

  private Command commitWithoutMember() {
    return new Command.Commit(
        groupName(), "", -1, List.of(position(somePartition(), random.nextInt(50))));
  }

  private PartitionId somePartition() {
    GroupTopic topic = List.copyOf(topics.values()).get(random.nextInt(topics.size()));
    return new PartitionId(topic.id(), random.nextInt(topic.partitions() + 1));
  }

  private static Command.Position position(PartitionId partition, long offset) {
    return new Command.Position(partition, offset, -1, offset % 3 == 0 ? "note" : "");
  }

  /** Processes events and commits them; sometimes what it does not own. */
  private void work(SimClient client) {
    if (client.epoch == 0) {
      return;
    }
    List<Command.Position> positions = new ArrayList<>();
    for (PartitionId partition : client.owned) {
      if (random.nextBoolean()) {
        positions.add(position(partition, progress(client, partition)));
      }
    }
    if (random.nextInt(4) == 0) {
      positions.add(position(somePartition(), random.nextInt(100)));
    }
    send(client, client.commit(positions));
  }

  private long progress(SimClient client, PartitionId partition) {
    CommittedOffset start = groups.durable().offsets(client.group).get(partition);
    return client.positions.merge(
        partition,
        (start == null ? 0 : start.offset()) + random.nextInt(10),
        (old, first) -> old + random.nextInt(10));
  }

  // Time and messages.

  private void advance(long millis) {
    long until = now + millis * MILLI;
    while (true) {
      long next = Math.min(nextBeatAt(), groups.nextDeadlineMicros());
      if (!events.isEmpty()) {
        next = Math.min(next, events.peek().at());
      }
      if (next > until) {
        break;
      }
      moveClock(Math.max(now, next));
      if (!events.isEmpty() && events.peek().at() <= now) {
        events.poll().work().run();
      } else if (groups.nextDeadlineMicros() <= now) {
        decide(new Command.Tick(), reply -> {});
        groups.checkSessions();
      } else {
        beatAll();
      }
    }
    moveClock(until);
  }

  private void moveClock(long micros) {
    now = micros;
    groups.now(micros);
  }

  private long nextBeatAt() {
    return clients.stream()
        .filter(client -> !client.paused)
        .mapToLong(client -> client.nextBeatAt)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void beatAll() {
    for (SimClient client : List.copyOf(clients)) {
      if (!client.paused && client.nextBeatAt <= now) {
        client.nextBeatAt = now + (300 + random.nextInt(400)) * MILLI;
        for (PartitionId partition : List.copyOf(client.toDrop)) {
          if (!faults || random.nextInt(3) > 0) {
            client.drop(partition);
          }
        }
        send(client, client.signOfLife(Optional.of(assignor)));
      }
    }
  }

  private void send(SimClient client, Command command) {
    int life = client.life;
    int copies = !faults ? 1 : random.nextInt(10) == 0 ? 0 : random.nextInt(8) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      later(delay(), () -> request(command, reply -> receive(client, life, command, reply)));
    }
  }

  private long delay() {
    if (!faults) {
      return MILLI;
    }
    return random.nextInt(12) == 0 ? random.nextInt(9_000) * MILLI : random.nextInt(100) * MILLI;
  }

  private void later(long micros, Runnable work) {
    events.add(new Event(now + micros, order++, work));
  }

  private interface Answer {
    void accept(Reply reply);
  }

  private void request(Command command, Answer answer) {
    decide(
        command,
        reply -> {
          if (!faults || random.nextInt(10) > 0) {
            later(delay(), () -> answer.accept(reply));
          }
        });
  }

  private void receive(SimClient client, int life, Command command, Reply reply) {
    if (client.ended || client.paused || client.life != life) {
      return;
    }
    if (reply instanceof Reply.Assignment assignment) {
      client.adopt(assignment);
      assertOneOwner(client.group);
    } else if (reply instanceof Reply.Refusal refusal && !(command instanceof Command.Commit)) {
      refused(client, refusal.error());
    }
  }

  private void refused(SimClient client, ErrorCode error) {
    if (error == ErrorCode.STATIC_NAME_TAKEN) {
      client.ended = true;
      client.owned.clear();
      clients.remove(client);
    } else if (error == ErrorCode.UNKNOWN_MEMBER && random.nextInt(4) == 0) {
      client.rejoinAs(client.member);
    } else if (error == ErrorCode.UNKNOWN_MEMBER || error == ErrorCode.STALE_MEMBER) {
      client.rejoinAs("m" + names++);
    }
  }

  private void notify(Notice notice) {
    for (SimClient client : List.copyOf(clients)) {
      boolean here = client.group.equals(notice.group()) && client.member.equals(notice.member());
      if (here && client.epoch > 0 && (!faults || random.nextInt(5) > 0)) {
        int life = client.life;
        later(delay(), () -> receive(client, life, new Command.Tick(), notice.news()));
      }
    }
  }

  private void decide(Command command, Answer answer) {
    CheckedGroups.Flight flight =
        groups.decide(
            command,
            decision -> {
              decision.notices().forEach(this::notify);
              answer.accept(decision.reply());
            });
    assertOneOwner("group-0");
    assertOneOwner("group-1");
    later(faults ? random.nextInt(60) * MILLI : 0, () -> groups.durableUpTo(flight));
  }

  /**
   * No two programs process the same partition and may both commit. A program whose join arrives a
   * second time after its session ended is a member by name; its old epoch is not the member's.
   */
  private void assertOneOwner(String group) {
    Map<String, NaiveGroups.Holder> members = groups.staged().members(group);
    Map<PartitionId, String> owners = new HashMap<>();
    for (SimClient client : clients) {
      if (client.group.equals(group)
          && members.containsKey(client.member)
          && client.epoch >= members.get(client.member).set().joinEpoch()) {
        for (PartitionId partition : client.owned) {
          if (known.isGone(partition)) {
            continue;
          }
          String other = owners.put(partition, client.member);
          assertThat(other).as("%s and %s own %s", other, client.member, partition).isNull();
        }
      }
    }
  }

  // The end.

  private void settle() {
    faults = false;
    events.clear();
    groups.failAppend();
    if (random.nextBoolean()) {
      clients.removeIf(client -> client.paused);
    }
    clients.forEach(client -> client.paused = false);
    advance(30_000);
    for (String group : List.of("group-0", "group-1")) {
      assertSettled(group);
    }
    groups.assertSameState();
  }

  private void assertSettled(String group) {
    List<SimClient> live = clients.stream().filter(client -> client.group.equals(group)).toList();
    Map<String, NaiveGroups.Holder> members = groups.staged().members(group);
    assertThat(members).as("members when all is quiet").hasSameSizeAs(live);
    Set<PartitionId> wanted = new HashSet<>();
    Set<PartitionId> owned = new HashSet<>();
    int most = 0;
    int least = Integer.MAX_VALUE;
    for (SimClient client : live) {
      NaiveGroups.Holder holder = members.get(client.member);
      assertThat(holder.releasing()).isEmpty();
      assertThat(holder.assigned()).isEqualTo(client.owned);
      assertThat(holder.set().subscription()).isEqualTo(client.subscription);
      known
          .resolve(client.subscription)
          .values()
          .forEach(
              topic -> {
                for (int i = 0; i < topic.partitions(); i++) {
                  wanted.add(new PartitionId(topic.id(), i));
                }
              });
      owned.addAll(client.owned);
      most = Math.max(most, client.owned.size());
      least = Math.min(least, client.owned.size());
    }
    assertThat(owned).as("owned partitions").isEqualTo(wanted);
    if (sameTopics && !live.isEmpty() && assignor == Assignor.BALANCED) {
      assertThat(most - least).as("most and fewest partitions").isLessThanOrEqualTo(1);
    }
    if (sameTopics && !live.isEmpty() && assignor == Assignor.SINGLE_ACTIVE) {
      assertThat(most).as("partitions of the active member").isEqualTo(wanted.size());
    }
  }
}
