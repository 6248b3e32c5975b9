package io.millrace.group;

import java.util.List;

/** What a {@link GroupMachine} answers to one command. Immutable. */
public final class Decision {

  private final List<GroupRecord> records;
  private final Reply reply;
  private final List<Notice> notices;
  private final List<Effect> effects;

  Decision(List<GroupRecord> records, Reply reply, List<Notice> notices, List<Effect> effects) {
    this.records = List.copyOf(records);
    this.reply = reply;
    this.notices = List.copyOf(notices);
    this.effects = List.copyOf(effects);
  }

  static Decision of(Reply reply) {
    return new Decision(List.of(), reply, List.of(), List.of());
  }

  static Decision of(Reply reply, Effect effect) {
    return new Decision(List.of(), reply, List.of(), List.of(effect));
  }

  static Decision of(List<GroupRecord> records, Reply reply) {
    return new Decision(records, reply, List.of(), List.of());
  }

  /** The records to append, in this order; often none. */
  public List<GroupRecord> records() {
    return records;
  }

  /** The answer, to be sent when all records up to this decision are durable. */
  public Reply reply() {
    return reply;
  }

  /** News for other members, to be sent with the answer. */
  public List<Notice> notices() {
    return notices;
  }

  List<Effect> effects() {
    return effects;
  }

  @Override
  public String toString() {
    return "Decision[" + records.size() + " records, " + reply + "]";
  }
}
