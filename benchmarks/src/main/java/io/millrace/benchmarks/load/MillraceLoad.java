package io.millrace.benchmarks.load;

import java.io.IOException;

/** The load process of Millrace. */
public final class MillraceLoad {

  private MillraceLoad() {}

  /** Runs the load process; see {@link LoadMain}. */
  public static void main(String[] arguments) throws IOException {
    LoadMain.run(arguments, MillraceLoadClient::new);
  }
}
