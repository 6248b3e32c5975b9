package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The systems that can be compared with Millrace. */
enum Peer {
  NONE,
  KAFKA,
  REDIS,
  RABBITMQ,
  NATS;

  /**
   * Creates the system.
   *
   * @param modules the directory of the modules of all peers; the module of this peer is built
   * @param searchPath the directories of programs, in the form of {@code PATH}
   * @return empty for {@link #NONE}
   * @throws MissingProgramException if the broker is not installed
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
