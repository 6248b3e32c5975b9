package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The open producers of one client. Opens producers, and closes all of them. Thread-safe. */
public final class Producers {

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final String clientId;
  private final EventClock clock;
  private final RandomGenerator random;
  private final Set<BatchingProducer> open = ConcurrentHashMap.newKeySet();

  /**
   * @param clientId the default source of events
   * @param clock the event time of events that have none
   */
  public Producers(
      ReconnectingLink link,
      BlockingCalls calls,
      String clientId,
      EventClock clock,
      RandomGenerator random) {
    this.link = link;
    this.calls = calls;
    this.clientId = clientId;
    this.clock = clock;
    this.random = random;
  }

  /** A new builder of a producer for a topic. */
  public Producer.Builder builder(String topic) {
    return new ProducerBuilder(this, link, calls, clientId, topic);
  }

  EventClock clock() {
    return clock;
  }

  /**
   * Opens a producer. Blocks until the broker has issued its identity, if it needs one.
   *
   * @param idempotent whether a producer without a name gets an identity
   */
  Producer open(ProducerSettings settings, boolean idempotent) {
    ProducerRegistration registration = register(settings, idempotent);
    ProducerSender sender = new ProducerSender(link, settings, registration, random);
    int first = random.nextInt(settings.topic().partitions());
    BatchingProducer producer =
        new BatchingProducer(
            settings,
            registration,
            sender,
            new Partitioner(settings.topic().partitions(), first, settings.batches().inARow()),
            open::remove);
    sender.start();
    open.add(producer);
    return producer;
  }

  private ProducerRegistration register(ProducerSettings settings, boolean idempotent) {
    if (settings.delivery().isNamed()) {
      link.requireSupported(Api.OPEN_NAMED_PRODUCER);
      OpenNamedProducerRequest request =
          new OpenNamedProducerRequest(settings.topic().id(), settings.delivery().producerName());
      OpenNamedProducerResponse opened =
          calls.request(request, true, OpenNamedProducerResponse.class);
      int partitions = settings.topic().partitions();
      if (opened.lastSequences().size() < partitions) {
        throw ClientFailures.brokenProtocol(
            "it answered "
                + Api.OPEN_NAMED_PRODUCER
                + " with last sequences of "
                + opened.lastSequences().size()
                + " partitions; topic "
                + settings.topic().name()
                + " has "
                + partitions);
      }
      return new ProducerRegistration(
          new ProducerIdentity(
              opened.producerId(), opened.producerEpoch(), opened.producerSecret()),
          // There are more if partitions were added after this client looked the topic up.
          opened.lastSequences().subList(0, partitions));
    }
    ProducerIdentity identity =
        idempotent ? calls.await(ProducerIdentity.request(link)) : ProducerIdentity.NONE;
    return ProducerRegistration.unnamed(identity, settings.topic().partitions());
  }

  /**
   * Closes all producers. All share one timeout, {@link BatchingProducer#CLOSE_TIMEOUT}, which does
   * not end while a quota of the broker delays their receipts.
   *
   * @throws MillraceException the first failure of a producer's {@code close}; the other producers
   *     are closed nevertheless
   */
  public void close() {
    long deadlineNanos = System.nanoTime() + BatchingProducer.CLOSE_TIMEOUT.toNanos();
    List<BatchingProducer> closing = List.copyOf(open);
    // All producers finish in parallel, so that a stuck one does not use up the time of the others.
    closing.forEach(BatchingProducer::finish);
    MillraceException first = null;
    for (BatchingProducer producer : closing) {
      try {
        long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
        producer.close(Duration.ofNanos(leftNanos), true);
      } catch (MillraceException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
