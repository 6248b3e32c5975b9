package io.millrace.group;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decisions on members: join, beat, leave, the end of sessions, and changes of topics. */
final class MemberDecisions {

  /** Sessions that one tick ends, about. */
  private static final int SESSIONS_PER_TICK = 1_000;

  /** Groups that one tick compares with the topics. */
  private static final int GROUPS_PER_TICK = 100;

  /** A tick begins no further group when it has more records. */
  private static final int RECORDS_PER_TICK = 10_000;

  private final GroupState state;
  private final QueueDecisions queues;

  MemberDecisions(GroupState state, QueueDecisions queues) {
    this.state = state;
    this.queues = queues;
  }

  Decision join(Command.Join join, Moment now) {
    GroupInputs.groupName(join.group());
    GroupInputs.member(join.member(), join.settings());
    GroupInputs.subscription(join.subscription());
    Group group = state.store().find(join.group());
    state.requireNative(group);
    if (group == null) {
      state.requireRoomForGroup(join.group());
    } else if (group.members().containsKey(join.member())) {
      return joinAgain(group.members().get(join.member()), join, now);
    }
    GroupDraft draft = new GroupDraft(state, join.group(), now);
    Member member =
        Member.joined(join.member(), draft.epoch(), join.settings(), join.subscription());
    List<Effect> effects = new ArrayList<>();
    Optional<Member> predecessor =
        group == null || !member.isStatic()
            ? Optional.empty()
            : group.ofStaticName(join.settings().staticName());
    List<Notice> notices = new ArrayList<>();
    if (predecessor.isPresent()) {
      Member old = predecessor.get();
      draft.remove(old.id());
      member = member.withTarget(old.target());
      Reply.Refusal why = taken(join.group(), join.settings().staticName(), join.member());
      effects.add(new Effect.Ended(join.group(), old.id(), why));
      notices.add(new Notice(join.group(), old.id(), why));
    } else {
      state.requireRoomForMember(join.group(), draft.members());
    }
    choose(join, draft);
    draft.put(member);
    assign(join.group(), draft);
    state.requireMemory(join.group(), draft.moreBytes());
    Member joined = draft.member(join.member());
    notices.addAll(draft.notices(join.member()));
    effects.add(new Effect.Alive(join.group(), joined, now, null));
    effects.add(new Effect.Checked(join.group()));
    return new Decision(draft.records(), joined.assignment(), notices, effects);
  }

  Decision beat(Command.Beat beat, Moment now) {
    GroupInputs.groupName(beat.group());
    Member member = member(beat.group(), beat.member(), beat.staticName());
    requireEpoch(beat.group(), member, beat.epoch());
    Effect alive = new Effect.Alive(beat.group(), member, now, beat.progress().orElse(null));
    try {
      return beatOf(member, beat, now, alive);
    } catch (RefusedException e) {
      // The subscription is not taken, but the member lives.
      return Decision.of(e.reply(), alive);
    }
  }

  private Decision beatOf(Member member, Command.Beat beat, Moment now, Effect alive) {
    Optional<MemberSubscription> subscription =
        beat.subscription().filter(s -> s.version() > member.subscription().version());
    subscription.ifPresent(GroupInputs::subscription);
    boolean confirms =
        beat.epoch() == member.epoch()
            && !member.releasing().isEmpty()
            && !beat.owned().containsAll(member.releasing().keySet());
    if (subscription.isEmpty() && !confirms && !state.unchecked().contains(beat.group())) {
      return Decision.of(member.assignment(), alive);
    }
    GroupDraft draft = new GroupDraft(state, beat.group(), now);
    if (confirms) {
      draft.confirm(member, beat.owned());
    }
    return change(draft, beat.group(), beat.member(), subscription, alive);
  }

  Decision leave(Command.Leave leave, Moment now) {
    GroupInputs.groupName(leave.group());
    Group group = state.store().find(leave.group());
    Member member = group == null ? null : group.members().get(leave.member());
    if (member == null) {
      return Decision.of(new Reply.Done());
    }
    if (leave.epoch() != Command.Leave.ANY_EPOCH && leave.epoch() < member.joinEpoch()) {
      throw stale(leave.group(), member, leave.epoch());
    }
    if (leave.comeBack() && member.isStatic()) {
      return Decision.of(new Reply.Done(), new Effect.Away(leave.group(), member, now));
    }
    GroupDraft draft = new GroupDraft(state, leave.group(), now);
    draft.remove(leave.member());
    assign(leave.group(), draft);
    Reply.Refusal left =
        new Reply.Refusal(
            ErrorCode.UNKNOWN_MEMBER, "the member left the group; join again to read its topics");
    return new Decision(
        draft.records(),
        new Reply.Done(),
        draft.notices(leave.member()),
        List.of(
            new Effect.Ended(leave.group(), leave.member(), left),
            new Effect.Checked(leave.group())));
  }

  Decision tick(Moment now) {
    Map<String, List<MemberSession>> over = new LinkedHashMap<>();
    for (MemberSession session : state.sessions().over(now.monotonicMicros(), SESSIONS_PER_TICK)) {
      over.computeIfAbsent(session.group(), group -> new ArrayList<>()).add(session);
    }
    Set<String> groups = new LinkedHashSet<>(over.keySet());
    state.unchecked().stream().limit(GROUPS_PER_TICK).forEach(groups::add);
    boolean retention = state.nextRetentionCheckMicros() <= now.monotonicMicros();
    if (retention) {
      addEmptyWithRetention(groups);
    }
    List<GroupRecord> records = new ArrayList<>();
    List<Notice> notices = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    groups.removeIf(state::isPostponed);
    int left = groups.size();
    for (String group : groups) {
      if (records.size() > RECORDS_PER_TICK) {
        break;
      }
      tick(group, over.getOrDefault(group, List.of()), now, records, notices, effects);
      left--;
    }
    effects.add(new Effect.Ticked(now, retention && left == 0));
    return new Decision(records, new Reply.Done(), notices, effects);
  }

  /** The member, or a refusal that says why there is none. */
  Member member(String group, String id, String staticName) {
    Group found = state.store().find(group);
    state.requireNative(found);
    Member member = found == null ? null : found.members().get(id);
    if (member != null) {
      return member;
    }
    if (found != null && !staticName.isEmpty()) {
      Optional<Member> other = found.ofStaticName(staticName);
      if (other.isPresent()) {
        throw refused(taken(group, staticName, other.get().id()));
      }
    }
    throw refused(
        state
            .sessions()
            .endOf(group, id)
            .orElseGet(
                () ->
                    new Reply.Refusal(
                        ErrorCode.UNKNOWN_MEMBER,
                        "group "
                            + Quoted.text(group)
                            + " has no member "
                            + Quoted.text(id)
                            + ": its session ended, or it never joined; drop all partitions and"
                            + " join again")));
  }

  /** Refuses an epoch of an earlier or a later life of the member. */
  void requireEpoch(String group, Member member, long epoch) {
    if (epoch < member.joinEpoch() || epoch > member.epoch()) {
      throw stale(group, member, epoch);
    }
  }

  private Decision joinAgain(Member present, Command.Join join, Moment now) {
    if (!present.settings().staticName().equals(join.settings().staticName())) {
      throw GroupInputs.invalid(
          "member "
              + Quoted.text(join.member())
              + " is in the group with the static name "
              + Quoted.text(present.settings().staticName())
              + "; choose another member id");
    }
    Optional<MemberSubscription> subscription =
        Optional.of(join.subscription())
            .filter(s -> s.version() > present.subscription().version());
    Effect alive = new Effect.Alive(join.group(), present, now, null);
    if (subscription.isEmpty() && !state.unchecked().contains(join.group())) {
      return Decision.of(present.assignment(), alive);
    }
    return change(
        new GroupDraft(state, join.group(), now), join.group(), join.member(), subscription, alive);
  }

  private Decision change(
      GroupDraft draft,
      String group,
      String id,
      Optional<MemberSubscription> subscription,
      Effect alive) {
    subscription.ifPresent(s -> draft.put(draft.member(id).withSubscription(s)));
    List<Effect> effects = new ArrayList<>(List.of(alive));
    if (subscription.isPresent() || state.unchecked().contains(group)) {
      assign(group, draft);
      effects.add(new Effect.Checked(group));
    } else {
      draft.reconcile();
    }
    if (subscription.isPresent()) {
      state.requireMemory(group, draft.moreBytes());
    }
    return new Decision(draft.records(), draft.member(id).assignment(), draft.notices(id), effects);
  }

  private void choose(Command.Join join, GroupDraft draft) {
    Assignor wanted = join.assignor().orElse(draft.assignor());
    if (wanted == draft.assignor()) {
      return;
    }
    if (draft.members() > 0) {
      throw new RefusedException(
          ErrorCode.INCONSISTENT_GROUP,
          "group "
              + Quoted.text(join.group())
              + " has members that use assignor "
              + draft.assignor()
              + ", the member asks for "
              + wanted
              + "; use the same one, or stop all members first");
    }
    draft.assignor(wanted);
  }

  private void assign(String group, GroupDraft draft) {
    if (state.hasRightTargets(group)) {
      draft.assign();
    } else {
      draft.refresh();
    }
  }

  private void tick(
      String group,
      List<MemberSession> over,
      Moment now,
      List<GroupRecord> records,
      List<Notice> notices,
      List<Effect> effects) {
    effects.add(new Effect.Checked(group));
    Group present = state.store().find(group);
    if (present != null && present.isQueue()) {
      records.addAll(queues.forgetGone(present));
      return;
    }
    GroupDraft draft = new GroupDraft(state, group, now);
    for (MemberSession session : over) {
      draft.remove(session.member());
      Reply.Refusal why = Sessions.reason(session, now.monotonicMicros());
      effects.add(new Effect.Ended(group, session.member(), why));
      notices.add(new Notice(group, session.member(), why));
    }
    assign(group, draft);
    draft.expireOffsets();
    records.addAll(draft.records());
    notices.addAll(draft.notices(""));
  }

  private void addEmptyWithRetention(Set<String> groups) {
    for (Group group : state.store().groups().values()) {
      if (group.head().emptySinceMicros() > 0 && group.head().offsetRetentionMicros() > 0) {
        groups.add(group.name());
      }
    }
  }

  private static RefusedException stale(String group, Member member, long epoch) {
    return new RefusedException(
        ErrorCode.STALE_MEMBER,
        "member "
            + Quoted.text(member.id())
            + " of group "
            + Quoted.text(group)
            + " has the epochs "
            + member.joinEpoch()
            + " to "
            + member.epoch()
            + ", the request has "
            + epoch
            + "; drop all partitions and join again with a new member id");
  }

  private static Reply.Refusal taken(String group, String staticName, String newer) {
    return new Reply.Refusal(
        ErrorCode.STATIC_NAME_TAKEN,
        "the static name "
            + Quoted.text(staticName)
            + " of group "
            + Quoted.text(group)
            + " belongs to member "
            + Quoted.text(ShownId.of(newer))
            + " now; stop this member, or give each one a name of its own");
  }

  private static RefusedException refused(Reply.Refusal refusal) {
    return new RefusedException(refusal.error(), refusal.message());
  }
}
