package io.millrace.spring;

import io.millrace.client.GroupConsumer;
import io.millrace.client.ProcessOptions;
import java.util.List;
import org.springframework.util.StringUtils;

/**
 * What a listener reads, and how it runs. Checked.
 *
 * @param pattern empty: none
 * @param where empty: all events
 * @param sources empty: all sources
 */
record ListenerSpec(
    String id,
    String group,
    List<String> topics,
    String pattern,
    String where,
    List<String> sources,
    ProcessOptions options,
    OnFailure onFailure,
    boolean autoStartup) {

  private static final String PREFIX = "millrace.listener.";

  /** Applies the settings, except the group, to a member. */
  void applyTo(GroupConsumer.Builder member, MillraceProperties.ListenerProperties properties) {
    if (!topics.isEmpty()) {
      member.topics(topics.toArray(String[]::new));
    }
    if (StringUtils.hasText(pattern)) {
      member.pattern(pattern);
    }
    if (StringUtils.hasText(where)) {
      member.where(where);
    }
    if (!sources.isEmpty()) {
      member.sources(sources.toArray(String[]::new));
    }
    member
        .isolation(properties.isolation())
        .whenNoPosition(properties.whenNoPosition())
        .whenPositionLost(properties.whenPositionLost());
    PropertySetting.apply(
        PREFIX + "credit-size",
        properties.creditSize(),
        size -> member.creditBytes(size.toBytes()));
    PropertySetting.apply(
        PREFIX + "session-timeout", properties.sessionTimeout(), member::sessionTimeout);
    PropertySetting.apply(
        PREFIX + "max-processing-time", properties.maxProcessingTime(), member::maxProcessingTime);
  }
}
