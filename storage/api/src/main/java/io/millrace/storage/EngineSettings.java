package io.millrace.storage;

import java.time.Duration;

/**
 * The section of the broker's configuration that contains the settings of one engine. Each method
 * reads one setting by its key within the section. If the user has not set it, the method returns
 * the fallback. If the value cannot be parsed or is out of range, the method throws and the broker
 * does not start; the error names the key and the origin of the value. One thread.
 */
public interface EngineSettings {

  /** A text, which is not blank. */
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
