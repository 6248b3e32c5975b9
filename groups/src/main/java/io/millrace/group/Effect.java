package io.millrace.group;

/**
 * A change of what the log does not hold: sessions and known topics. {@link GroupMachine#stage}
 * makes it; it stays if the append of the records fails.
 */
sealed interface Effect {

  /** A member gave a sign of life. */
  record Alive(String group, Member member, Moment now, Command.Progress progress)
      implements Effect {}

  /** A member left and comes back: its session runs, and it sends no beats. */
  record Away(String group, Member member, Moment now) implements Effect {}

  /**
   * A member is gone.
   *
   * @param why what to tell it if it asks
   */
  record Ended(String group, String member, Reply.Refusal why) implements Effect {}

  /** The group's targets agree with the known topics. */
  record Checked(String group) implements Effect {}

  /** The topics are other ones. */
  record TopicsKnown(KnownTopics topics) implements Effect {}

  /** All sessions whose time has passed were looked at, and groups with a retention time. */
  record Ticked(Moment now, boolean retentionChecked) implements Effect {}
}
