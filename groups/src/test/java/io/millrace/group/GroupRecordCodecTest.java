package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of every record as they were first written. The golden file is never edited. */
class GroupRecordCodecTest {

  private static final HexFormat HEX = HexFormat.of();

  record Golden(GroupRecord record, String line) {}

  static Stream<Golden> golden() throws IOException {
    List<String> lines;
    try (InputStream in =
        GroupRecordCodecTest.class.getResourceAsStream("/golden/group-records-v1.txt")) {
      lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
    List<GroupRecord> records = GroupRecords.all();
    assertThat(lines).hasSameSizeAs(records);
    return IntStream.range(0, lines.size()).mapToObj(i -> new Golden(records.get(i), lines.get(i)));
  }

  private static String line(EncodedGroupRecord encoded) {
    return HEX.formatHex(encoded.key()) + " " + HEX.formatHex(encoded.value());
  }

  @Test
  void everyKindOfRecordHasGoldenBytes() {
    Set<Class<?>> golden = new HashSet<>();
    GroupRecords.all().forEach(record -> golden.add(record.getClass()));

    assertThat(golden).containsExactlyInAnyOrderElementsOf(kindsOf(GroupRecord.class));
  }

  private static Set<Class<?>> kindsOf(Class<?> type) {
    if (!type.isSealed()) {
      return Set.of(type);
    }
    Set<Class<?>> kinds = new HashSet<>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      kinds.addAll(kindsOf(permitted));
    }
    return kinds;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void isWrittenAsItAlwaysWas(Golden golden) {
    assertThat(line(GroupRecordCodec.encode(golden.record()))).isEqualTo(golden.line());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void isReadAsItAlwaysWas(Golden golden) {
    String[] parts = golden.line().split(" ", -1);

    GroupRecord read =
        GroupRecordCodec.decode(
            new EncodedGroupRecord(HEX.parseHex(parts[0]), HEX.parseHex(parts[1])));

    assertThat(read).isEqualTo(golden.record());
  }

  /**
   * Bytes are a record with exactly these bytes, or refused. Any other exception fails the test.
   */
  @Test
  void readsEveryBytesAsTheOnlyEncodingOrRefusesThem() {
    List<EncodedGroupRecord> seeds =
        GroupRecords.all().stream().map(GroupRecordCodec::encode).toList();
    long seed = 20_261_130;
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      EncodedGroupRecord from = seeds.get(random.nextInt(seeds.size()));
      EncodedGroupRecord hostile =
          new EncodedGroupRecord(mutated(from.key(), random), mutated(from.value(), random));
      try {
        GroupRecord record = GroupRecordCodec.decode(hostile);
        accepted++;
        assertThat(line(GroupRecordCodec.encode(record)))
            .as("seed %d, round %d", seed, i)
            .isEqualTo(line(hostile));
      } catch (GroupRecordException e) {
        assertThat(e.code()).isIn(ErrorCode.CORRUPT_LOG, ErrorCode.LOG_TOO_NEW);
      }
    }
    assertThat(accepted).isBetween(10_000, 190_000);
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    int changes = random.nextInt(3);
    for (int i = 0; i < changes && copy.length > 0; i++) {
      switch (random.nextInt(4)) {
        case 0 -> copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        case 1 -> copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        case 2 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length + 1));
        default -> copy = Arrays.copyOf(copy, copy.length + 1 + random.nextInt(9));
      }
    }
    return copy;
  }

  @Test
  void saysThatANewerBuildWroteARecord() {
    byte[] key = {20};
    byte[] newVersion = {2, 0, 0, 0, 0, 0, 0, 0, 0};

    assertThatThrownBy(() -> GroupRecordCodec.decode(new EncodedGroupRecord(key, newVersion)))
        .isInstanceOf(GroupRecordException.class)
        .hasMessageContaining("type 20");
    assertThatThrownBy(
            () -> GroupRecordCodec.decode(new EncodedGroupRecord(new byte[] {1}, newVersion)))
        .isInstanceOfSatisfying(
            GroupRecordException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_TOO_NEW))
        .hasMessageContaining("version 2");
  }
}
