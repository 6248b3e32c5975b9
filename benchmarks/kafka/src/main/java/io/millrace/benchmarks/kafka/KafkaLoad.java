package io.millrace.benchmarks.kafka;

import io.millrace.benchmarks.load.LoadMain;
import java.io.IOException;

/** The load process of Kafka. */
public final class KafkaLoad {

  private KafkaLoad() {}

  /** Runs the load process; see {@link LoadMain}. */
  public static void main(String[] arguments) throws IOException {
    LoadMain.run(arguments, KafkaLoadClient::new);
  }
}
