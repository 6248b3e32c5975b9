package io.millrace.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupPartition;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.ProcessOptions;
import io.millrace.client.RebalanceListener;
import io.millrace.protocol.ErrorCode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;

/**
 * A process that is one member of a group. It writes what it owns and what it has processed into a
 * file, in the moment in which it is so, and closes when its standard input ends. It polls, or runs
 * handlers on several threads.
 */
final class TortureMember {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CONNECT_AGAIN_MILLIS = 50;
  private static final int POLLED_EVENTS = 50;
  private static final int CREDIT_BYTES = 64 << 10;

  private final OutputStream file;
  private final SplittableRandom random;
  private volatile boolean stopped;
  private volatile GroupConsumer consumer;

  private TortureMember(OutputStream file, long seed) {
    this.file = file;
    this.random = new SplittableRandom(seed);
  }

  /**
   * @param arguments the address of the broker, the session timeout in milliseconds, the number of
   *     threads of handlers (0: it polls), the seed, and the file
   */
  public static void main(String[] arguments) throws IOException {
    try (OutputStream file = new FileOutputStream(arguments[4])) {
      TortureMember member = new TortureMember(file, Long.parseLong(arguments[3]));
      member.stopAtEndOfInput();
      member.run(
          arguments[0],
          Duration.ofMillis(Long.parseLong(arguments[1])),
          Integer.parseInt(arguments[2]));
    }
  }

  private void stopAtEndOfInput() {
    Thread thread =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                write(new MemberRecord.Failed(System.nanoTime(), e.toString()));
              }
              stopped = true;
              GroupConsumer open = consumer;
              if (open != null) {
                open.wakeup();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void run(String address, Duration session, int threads) {
    try (MillraceClient client = connect(address)) {
      consumer =
          client
              .consumer(GroupTorturePlan.TOPIC)
              .group(GroupTorturePlan.GROUP)
              .sessionTimeout(session)
              .creditBytes(CREDIT_BYTES)
              .maxPollEvents(POLLED_EVENTS)
              .listener(new Ownership())
              .build();
      if (threads == 0) {
        poll();
      } else {
        process(threads);
      }
      consumer.close();
      write(new MemberRecord.Closed(System.nanoTime()));
    } catch (MillraceException e) {
      write(new MemberRecord.Failed(System.nanoTime(), e.toString()));
      throw e;
    }
  }

  /** The broker may be down: a client that has never connected does not wait for it. */
  private static MillraceClient connect(String address) {
    while (true) {
      try {
        return MillraceClient.builder()
            .server(address)
            .clientId("torture-member")
            .connectTimeout(PATIENCE)
            .requestTimeout(PATIENCE)
            .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(200))
            .build();
      } catch (MillraceException e) {
        if (e.code() != ErrorCode.SERVER_UNREACHABLE) {
          throw e;
        }
        pause(CONNECT_AGAIN_MILLIS);
      }
    }
  }

  private void poll() {
    while (!stopped) {
      long asked = System.nanoTime();
      List<ConsumedEvent> events = consumer.poll(POLL);
      // Some of the events of the last poll are left: they are not finished, and come again.
      int count = stopped ? random.nextInt(events.size() + 1) : events.size();
      StringBuilder lines = new StringBuilder();
      for (ConsumedEvent event : events.subList(0, count)) {
        lines.append(processed(event, asked).line()).append('\n');
      }
      write(lines.toString());
      if (random.nextInt(20) == 0) {
        pause(random.nextInt(200));
      }
      if (count == events.size() && random.nextInt(10) == 0) {
        commit();
      }
      if (count < events.size()) {
        return;
      }
    }
  }

  /** A member that was removed while it processed may not commit. */
  private void commit() {
    try {
      consumer.commit();
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.STALE_MEMBER && e.code() != ErrorCode.UNKNOWN_MEMBER) {
        throw e;
      }
    }
  }

  private void process(int threads) {
    if (!stopped) {
      consumer.process(
          event -> {
            write(processed(event, System.nanoTime()));
            if (event.offset() % 16 == 0) {
              pause((int) (event.offset() % 5));
            }
          },
          ProcessOptions.of(threads, ProcessOptions.Ordering.KEY));
    }
  }

  private static MemberRecord processed(ConsumedEvent event, long asked) {
    return new MemberRecord.Processed(
        asked, System.nanoTime(), event.partition(), event.offset(), event.valueAsString());
  }

  /** An application that takes its time. */
  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(MemberRecord entry) {
    write(entry.line() + '\n');
  }

  /** The operating system keeps what was written, also if this process is killed. */
  private synchronized void write(String lines) {
    try {
      file.write(lines.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write what the member does", e);
    }
  }

  private final class Ownership implements RebalanceListener {

    @Override
    public void assigned(SortedSet<GroupPartition> partitions) {
      write(new MemberRecord.Assigned(System.nanoTime(), consumer.memberId(), numbers(partitions)));
    }

    @Override
    public void revoked(SortedSet<GroupPartition> partitions) {
      write(new MemberRecord.Revoked(System.nanoTime(), numbers(partitions)));
    }

    @Override
    public void lost(SortedSet<GroupPartition> partitions) {
      write(new MemberRecord.Lost(System.nanoTime(), numbers(partitions)));
    }

    private static List<Integer> numbers(SortedSet<GroupPartition> partitions) {
      return partitions.stream().map(GroupPartition::partition).toList();
    }
  }
}
