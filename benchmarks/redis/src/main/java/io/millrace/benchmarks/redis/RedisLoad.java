package io.millrace.benchmarks.redis;

import io.millrace.benchmarks.load.LoadMain;
import java.io.IOException;

/** The load process of Redis. */
public final class RedisLoad {

  private RedisLoad() {}

  /** Runs the load process; see {@link LoadMain}. */
  public static void main(String[] arguments) throws IOException {
    LoadMain.run(arguments, RedisLoadClient::new);
  }
}
