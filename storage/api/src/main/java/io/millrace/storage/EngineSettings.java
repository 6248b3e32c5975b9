package io.millrace.storage;

import java.time.Duration;

/**
 * The section of the broker's configuration with the settings of one engine. Each method reads one
 * setting by its key within the section, or gives the fallback where the user did not set it. A
 * value that cannot be parsed or is out of range ends the start of the broker, with an error that
 * has the key and the origin of the value. One thread.
 */
public interface EngineSettings {

  /** A text that is not blank. */
  String text(String key, String fallback);

  /** {@code true} or {@code false}. */
  boolean flag(String key, boolean fallback);

  /** A whole number from {@code min} to {@code max}. */
  int count(String key, int fallback, int min, int max);

  /** A number of bytes from {@code min} to {@code max}. */
  long size(String key, long fallback, long min, long max);

  /** A duration from {@code min} to {@code max}. */
  Duration duration(String key, Duration fallback, Duration min, Duration max);
}
