package io.millrace.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The trace of a simulation, for the message of a failure; costs nothing when it is off. */
final class Trace {

  private static final int LAST_LINES = 80;

  private final boolean on;
  private final List<String> lines = new ArrayList<>();

  Trace(boolean on) {
    this.on = on;
  }

  void add(Supplier<String> line) {
    if (on) {
      lines.add(line.get());
    }
  }

  @Override
  public String toString() {
    int from = Math.max(0, lines.size() - LAST_LINES);
    return String.join("\n", lines.subList(from, lines.size()));
  }
}
