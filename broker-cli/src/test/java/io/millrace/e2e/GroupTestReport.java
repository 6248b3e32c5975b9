package io.millrace.e2e;

import io.millrace.client.Admin;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceException;

/** What explains a group that does not get on, for the message of a test that has waited for it. */
final class GroupTestReport {

  private GroupTestReport() {}

  /** The broker's view, the members', and the stacks of all threads. */
  static String of(String group, Admin admin, GroupConsumer... members) {
    StringBuilder report = new StringBuilder();
    try {
      report.append(admin.describeGroup(group)).append('\n');
      admin.listTopics().forEach(topic -> report.append(topic).append('\n'));
    } catch (MillraceException e) {
      report.append("the broker does not say: ").append(e).append('\n');
    }
    for (GroupConsumer each : members) {
      report.append("member ").append(each.memberId()).append(" reads ").append(each.partitions());
      report.append(" at ").append(each.positions()).append('\n');
    }
    Thread.getAllStackTraces().forEach((thread, stack) -> append(report, thread, stack));
    return report.toString();
  }

  private static void append(StringBuilder report, Thread thread, StackTraceElement[] stack) {
    report.append(thread.getName()).append(' ').append(thread.getState());
    for (StackTraceElement frame : stack) {
      report.append("\n    at ").append(frame);
    }
    report.append('\n');
  }
}
