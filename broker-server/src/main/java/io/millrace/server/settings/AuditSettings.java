package io.millrace.server.settings;

import static io.millrace.server.settings.Bounds.GIB;
import static io.millrace.server.settings.Bounds.KIB;
import static io.millrace.server.settings.Bounds.MIB;

import java.time.Duration;
import java.util.List;

/**
 * The audit log, section {@code audit}.
 *
 * @param enabled whether there is an audit log
 * @param topic whether the topic {@code __audit} has a copy
 * @param topicRetention how long the topic keeps an event; zero: without limit
 * @param data the reads and writes of events that are audited
 * @param reserveBytes size of the file that takes lines while the disk is full; 0: none
 */
public record AuditSettings(
    Enabled enabled, boolean topic, Duration topicRetention, Data data, long reserveBytes) {

  private static final String ON = "on";
  private static final String OFF = "off";
  private static final String AUTO = "auto";
  private static final String NONE = "none";
  private static final String FIRST_PER_CONNECTION = "firstPerConnection";

  /** When there is an audit log. */
  public enum Enabled {
    ON,
    OFF,
    /** If clients must authenticate. */
    AUTO
  }

  /** The reads and writes of events that are audited. */
  public enum Data {
    NONE,
    /** The first read and the first write of a connection in each topic. */
    FIRST_PER_CONNECTION
  }

  public AuditSettings {
    Bounds.duration("audit.topicRetention", topicRetention, Duration.ZERO, Duration.ofDays(36_500));
    if (reserveBytes != 0) {
      Bounds.size("audit.reserveBytes", reserveBytes, 64 * KIB, GIB);
    }
  }

  /** Whether there is an audit log. */
  public boolean isEnabled(boolean authenticationRequired) {
    return enabled == Enabled.ON || enabled == Enabled.AUTO && authenticationRequired;
  }

  /** Reads the section {@code audit}. */
  public static AuditSettings from(SettingValues settings) {
    String enabled = settings.oneOf("audit.enabled", AUTO, List.of(AUTO, ON, OFF));
    String topic = settings.oneOf("audit.topic", OFF, List.of(ON, OFF));
    Duration retention = settings.durationOrUnlimited("audit.topicRetention", Duration.ofDays(30));
    String data = settings.oneOf("audit.data", NONE, List.of(NONE, FIRST_PER_CONNECTION));
    return new AuditSettings(
        switch (enabled) {
          case ON -> Enabled.ON;
          case OFF -> Enabled.OFF;
          default -> Enabled.AUTO;
        },
        topic.equals(ON),
        retention,
        data.equals(NONE) ? Data.NONE : Data.FIRST_PER_CONNECTION,
        settings.size("audit.reserveBytes", 16 * MIB));
  }
}
