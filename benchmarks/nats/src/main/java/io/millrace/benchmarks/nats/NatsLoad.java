package io.millrace.benchmarks.nats;

import io.millrace.benchmarks.load.LoadMain;
import java.io.IOException;

/** The load process of NATS. */
public final class NatsLoad {

  private NatsLoad() {}

  /** Runs the load process; see {@link LoadMain}. */
  public static void main(String[] arguments) throws IOException {
    LoadMain.run(arguments, NatsLoadClient::new);
  }
}
