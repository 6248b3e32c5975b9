package io.millrace.benchmarks.rabbitmq;

import io.millrace.benchmarks.load.LoadMain;
import java.io.IOException;

/** The load process of RabbitMQ. */
public final class RabbitMqLoad {

  private RabbitMqLoad() {}

  /** Runs the load process; see {@link LoadMain}. */
  public static void main(String[] arguments) throws IOException {
    LoadMain.run(arguments, RabbitMqLoadClient::new);
  }
}
