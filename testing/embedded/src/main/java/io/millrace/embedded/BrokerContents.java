package io.millrace.embedded;

import io.millrace.client.Admin;
import io.millrace.client.GroupListing;
import io.millrace.client.MillraceException;
import io.millrace.client.TopicDescription;
import io.millrace.client.TopicSpec;
import io.millrace.core.Broker;
import io.millrace.core.GroupCoordinator;
import io.millrace.group.Command;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The topics and groups of an embedded broker. Any thread; blocks for requests. */
final class BrokerContents {

  /** A consumer that polls meanwhile joins the group, or opens the queue, again. */
  private static final int MOST_REMOVALS = 1000;

  private final Map<String, TopicSpec> topics;

  /**
   * @param topics those that the broker has from the start
   */
  BrokerContents(Map<String, TopicSpec> topics) {
    this.topics = new LinkedHashMap<>(topics);
  }

  /** Whether the broker has no topics from the start. */
  boolean isEmpty() {
    return topics.isEmpty();
  }

  /** Creates the topics that do not exist. */
  void create(Admin admin) {
    Set<String> existing = names(admin);
    topics.forEach(
        (name, spec) -> {
          if (!existing.contains(name)) {
            admin.createTopic(name, spec);
          }
        });
  }

  /**
   * Deletes all groups and topics.
   *
   * @throws IllegalStateException if consumers of a group or queue come back again and again
   */
  void delete(Admin admin, Broker broker) {
    if (broker.groupsInUse().isPresent()) {
      for (GroupListing group : admin.listGroups()) {
        delete(group.name(), admin, broker.groups());
      }
    }
    names(admin).forEach(admin::deleteTopic);
  }

  private static void delete(String group, Admin admin, GroupCoordinator groups) {
    for (int i = 0; i < MOST_REMOVALS; i++) {
      try {
        empty(group, groups);
        admin.deleteGroup(group);
        return;
      } catch (MillraceException e) {
        if (e.code() == ErrorCode.UNKNOWN_GROUP) {
          return; // the last member has left a group without positions
        }
        if (e.code() != ErrorCode.GROUP_NOT_EMPTY) {
          throw e;
        }
      }
    }
    throw new IllegalStateException(
        "consumers of group '" + group + "' come back again and again; close those of the test");
  }

  /** Removes the members of a group, or closes the consumers of a queue. */
  private static void empty(String group, GroupCoordinator groups) {
    Reply found = ask(new Command.Describe(group), groups);
    if (found instanceof Reply.Description members) {
      members
          .members()
          .forEach(
              each ->
                  ask(
                      new Command.Leave(group, each.member(), Command.Leave.ANY_EPOCH, false),
                      groups));
    } else if (found instanceof Reply.QueueDescription queue) {
      queue.consumers().forEach(each -> ask(new Command.CloseQueue(group, each.session()), groups));
    }
  }

  private static Reply ask(Command.OfGroup command, GroupCoordinator groups) {
    Reply reply = groups.submit(command).join();
    if (reply instanceof Reply.Refusal refusal && refusal.error() != ErrorCode.UNKNOWN_GROUP) {
      throw new MillraceException(refusal.error(), refusal.message());
    }
    return reply;
  }

  private static Set<String> names(Admin admin) {
    return admin.listTopics().stream().map(TopicDescription::name).collect(Collectors.toSet());
  }

  /** A line for each topic, and for each group. */
  List<String> describe(Admin admin, Broker broker) {
    List<String> lines = new ArrayList<>();
    admin.listTopics().forEach(topic -> lines.add(line(topic)));
    if (broker.groupsInUse().isPresent()) {
      admin.listGroups().forEach(group -> lines.add(line(group)));
    }
    return lines;
  }

  private static String line(GroupListing group) {
    return "group "
        + group.name()
        + ": members="
        + group.members()
        + group.lagEvents().stream().mapToObj(lag -> " lag=" + lag).findFirst().orElse("");
  }

  private static String line(TopicDescription topic) {
    long events = topic.partitions().stream().mapToLong(each -> each.end() - each.start()).sum();
    String failures =
        topic.partitions().stream()
            .filter(each -> each.failure().isPresent())
            .map(each -> "; partition " + each.partition() + " has failed: " + each.failure().get())
            .collect(Collectors.joining());
    return "topic "
        + topic.name()
        + ": partitions="
        + topic.partitions().size()
        + " events="
        + events
        + failures;
  }
}
