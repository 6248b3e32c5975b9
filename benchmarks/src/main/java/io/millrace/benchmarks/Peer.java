package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What Millrace can be measured beside. */
enum Peer {
  NONE,
  KAFKA,
  REDIS,
  RABBITMQ,
  NATS;

  /**
   * The peer as one that takes part.
   *
   * @param modules the directory of the peers' modules; this one's is built
   * @param searchPath where programs are, as in {@code PATH}
   * @return nothing for {@link #NONE}
   * @throws MissingProgramException if its broker is not installed
   */
  Optional<SystemUnderTest> system(Path modules, String searchPath) throws IOException {
    PeerModule module = new PeerModule(modules.resolve(name().toLowerCase(Locale.ROOT)));
    return switch (this) {
      case NONE -> Optional.empty();
      case KAFKA -> Optional.of(new KafkaSystem(module));
      case REDIS -> Optional.of(new RedisSystem(module, Program.find("redis-server", searchPath)));
      case RABBITMQ ->
          Optional.of(
              new RabbitMqSystem(
                  module,
                  Program.find("rabbitmq-server", searchPath),
                  Program.find("epmd", searchPath)));
      case NATS -> Optional.of(new NatsSystem(module, Program.find("nats-server", searchPath)));
    };
  }
}
