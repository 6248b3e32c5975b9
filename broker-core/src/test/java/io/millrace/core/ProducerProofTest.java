package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A producer id and an epoch are accepted only with the secret that was given with them. */
@ParameterizedClass
@EnumSource(Engine.class)
class ProducerProofTest {

  private final TestBroker test;

  ProducerProofTest(Engine engine) {
    test = new TestBroker(engine);
    test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Answer send(IssuedProducer producer, long baseSequence, int events) {
    return send(producer.id(), producer.epoch(), producer.secret(), baseSequence, events);
  }

  private Answer send(long id, int epoch, ProducerSecret secret, long baseSequence, int events) {
    ByteBuffer batch = Batches.ofProducer(id, epoch, baseSequence, events);
    return test.append(test.partition("rides"), batch, secret, AckLevel.STORED);
  }

  private NamedProducer openNamed() {
    UUID topic = test.broker.topic("rides").id();
    CompletableFuture<NamedProducer> opening = test.broker.producers().open(topic, "import");
    test.owner.runUntilDone(opening);
    return opening.join();
  }

  private long end() {
    return test.partition("rides").offsets().end();
  }

  @Test
  void aBatchUnderTheNextIdIsRefusedAndTheProducerWithThisIdStoresItsOwn() {
    IssuedProducer intruder = test.newProducer();
    long nextId = intruder.id() + 1;

    for (ProducerSecret secret : new ProducerSecret[] {intruder.secret(), ProducerSecret.NONE}) {
      assertThat(send(nextId, 0, secret, 0, 2).refusal(ErrorCode.UNKNOWN_PRODUCER))
          .hasMessageContaining("producer id " + nextId + " and epoch 0")
          .hasMessageContaining("open a new producer");
    }
    assertThat(end()).isZero();
    send(intruder, 0, 3).offset();

    IssuedProducer honest = test.newProducer();
    assertThat(honest.id()).isEqualTo(nextId);
    assertThat(send(honest, 0, 2).offset()).isEqualTo(3);
    assertThat(end()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(shorts = {1, 2, Short.MAX_VALUE})
  void aHigherEpochShutsNobodyOut(short epoch) {
    IssuedProducer honest = test.newProducer();
    send(honest, 0, 1).offset();

    send(honest.id(), epoch, honest.secret(), 0, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);
    send(honest.id(), epoch, ProducerSecret.NONE, 0, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);

    assertThat(send(honest, 1, 1).offset()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1L << 40,
        1L << 48,
        BatchHeader.FIRST_NAMED_PRODUCER - 1,
        BatchHeader.FIRST_NAMED_PRODUCER,
        Long.MAX_VALUE
      })
  void anIdThatWasNeverGivenIsUnknown(long id) {
    send(id, 0, ProducerSecret.NONE, 0, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);
    send(id, 0, new ProducerSecret(-1, id), 5, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);

    assertThat(end()).isZero();
    assertThat(test.newProducerId()).isLessThan(ProducerIds.BLOCK);
  }

  @Test
  void aSecretIsComparedInAllItsBitsAlsoOnceTheRightOneWasPresented() {
    IssuedProducer honest = test.newProducer();
    send(honest, 0, 1).offset();
    send(honest, 1, 1).offset();
    send(honest, 2, 1).offset();

    for (int bit = 0; bit < Long.SIZE; bit++) {
      long flip = 1L << bit;
      ProducerSecret secret = honest.secret();
      send(honest.id(), 0, new ProducerSecret(secret.first() ^ flip, secret.last()), 3, 1)
          .refusal(ErrorCode.UNKNOWN_PRODUCER);
      send(honest.id(), 0, new ProducerSecret(secret.first(), secret.last() ^ flip), 3, 1)
          .refusal(ErrorCode.UNKNOWN_PRODUCER);
    }

    assertThat(send(honest, 3, 1).offset()).isEqualTo(3);
  }

  @Test
  void aStoredBatchIsNotTheReceiptOfAClientWithoutTheSecret() {
    IssuedProducer honest = test.newProducer();
    send(honest, 0, 3).offset();
    send(honest.id(), 0, ProducerSecret.NONE, 0, 3).refusal(ErrorCode.UNKNOWN_PRODUCER);
    send(honest.id(), 0, ProducerSecret.NONE, 0, 2).refusal(ErrorCode.UNKNOWN_PRODUCER);
  }

  @Test
  void aDamagedBatchIsCalledDamagedBecauseItsIdMayBeTheDamage() {
    IssuedProducer honest = test.newProducer();
    ByteBuffer batch = Batches.ofProducer(honest.id() + 1, 0, 0, 1);
    ByteBuffer damaged = Batches.ofProducer(honest.id(), 0, 0, 1);
    damaged.putLong(56, batch.getLong(56));

    test.append(test.partition("rides"), damaged, honest.secret(), AckLevel.STORED)
        .refusal(ErrorCode.CORRUPT_BATCH);
  }

  @Test
  void theSecretOfABatchWithoutAProducerIsNotRead() {
    Partition partition = test.partition("rides");
    ProducerSecret any = new ProducerSecret(1, 2);
    assertThat(test.append(partition, Batches.of("a"), any, AckLevel.STORED).offset()).isZero();
  }

  @Test
  void secretsDifferByIdAndByEpoch() {
    IssuedProducer one = test.newProducer();
    IssuedProducer two = test.newProducer();
    assertThat(one.secret()).isNotEqualTo(two.secret()).isNotEqualTo(ProducerSecret.NONE);
    NamedProducer older = openNamed();
    NamedProducer newer = openNamed();
    assertThat(newer.id()).isEqualTo(older.id());
    assertThat(newer.secret()).isNotEqualTo(older.secret());
  }

  @Test
  void aSecretIsNotPrinted() {
    ProducerSecret secret = test.newProducer().secret();
    assertThat(secret.toString())
        .doesNotContain(Long.toString(secret.first()))
        .doesNotContain(Long.toHexString(secret.first()));
  }

  @Test
  void secretsStayValidAfterARestartAndAKill() {
    IssuedProducer honest = test.newProducer();
    send(honest, 0, 2).offset();
    test.restart();
    assertThat(send(honest, 0, 2).offset()).isZero();
    test.kill();
    assertThat(send(honest, 0, 2).offset()).isZero();
    send(honest.id(), 0, ProducerSecret.NONE, 2, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(send(honest, 2, 1).offset()).isEqualTo(2);
  }

  @Test
  void theSecretOfTheFirstProducerSurvivesAKillBeforeAnyBatch() {
    IssuedProducer honest = test.newProducer();
    test.kill();
    assertThat(send(honest, 0, 1).offset()).isZero();
  }

  @Test
  void withTheStateOfIdsTheSecretsAreLostSoThatNoIdIsUsedTwice() {
    IssuedProducer silent = test.newProducer();

    test.restart(storage -> storage.lostStates.add("producer-ids"));

    IssuedProducer fresh = test.newProducer();
    assertThat(fresh.id()).as("nothing shows that it was given before").isEqualTo(silent.id());
    send(silent, 0, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(send(fresh, 0, 1).offset()).isZero();
  }

  @Test
  void anIdThatAnOldCopyOfTheStateHasNotGivenIsNotGivenAgain() {
    test.newProducer();
    ByteBuffer copy = stateOfIds();
    IssuedProducer last = test.newProducer();
    for (int i = 0; i < ProducerIds.BLOCK; i++) {
      last = test.newProducer();
    }
    byte[] old = copy.array();
    test.restart(storage -> replaceStateOfIds(storage, old));

    assertThat(send(last, 0, 1).offset()).isZero();

    assertThat(test.newProducerId()).isGreaterThan(last.id());
    test.kill();
    assertThat(test.newProducerId()).isGreaterThan(last.id());
  }

  @Test
  void aStateOfIdsWithoutAKeyOrOfAnotherVersionStopsTheStart() {
    assertThat(refusalOfState(1, Long.BYTES)).isEqualTo(ErrorCode.LOG_TOO_OLD);
    assertThat(refusalOfState(2, Long.BYTES)).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(refusalOfState(2, Long.BYTES + 33)).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(refusalOfState(3, Long.BYTES + 32)).isEqualTo(ErrorCode.LOG_TOO_NEW);
  }

  private static ErrorCode refusalOfState(int version, int bytes) {
    StateEnvelope format = new StateEnvelope("a state of producer ids", "MRPD", version);
    byte[] state = format.seal(format.begin(bytes).put(new byte[bytes]));
    try (MemoryStorage storage = new MemoryStorage(1 << 20)) {
      storage.states().save("producer-ids", StateStore.NO_VERSION, state);
      return catchThrowableOfType(StorageException.class, () -> ProducerIds.load(storage.states()))
          .code();
    }
  }

  private ByteBuffer stateOfIds() {
    return ByteBuffer.wrap(test.storage.states().load("producer-ids").orElseThrow().bytes());
  }

  private static void replaceStateOfIds(WatchedStorage storage, byte[] bytes) {
    long version = storage.states().load("producer-ids").orElseThrow().version();
    storage.states().save("producer-ids", version, bytes);
  }

  @Test
  void anOlderOpeningOfANameIsStaleAndCannotClaimTheNewEpoch() {
    NamedProducer older = openNamed();
    send(older.id(), older.epoch(), older.secret(), 1, 1).offset();
    NamedProducer newer = openNamed();

    send(older.id(), older.epoch(), older.secret(), 2, 1).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
    send(newer.id(), newer.epoch(), older.secret(), 2, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);
    test.kill();
    send(older.id(), older.epoch(), older.secret(), 2, 1).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
    send(newer.id(), newer.epoch(), older.secret(), 2, 1).refusal(ErrorCode.UNKNOWN_PRODUCER);

    assertThat(send(newer.id(), newer.epoch(), newer.secret(), 2, 1).offset()).isEqualTo(1);
  }

  @Test
  void aNameOfAnotherTopicIsUnknownWithItsOwnSecret() {
    test.topic("fares");
    NamedProducer rides = openNamed();
    ByteBuffer batch = Batches.ofProducer(rides.id(), rides.epoch(), 1, 1);
    test.append(test.partition("fares"), batch, rides.secret(), AckLevel.STORED)
        .refusal(ErrorCode.UNKNOWN_PRODUCER);
  }
}
