package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {

  private final ByteBuffer buffer = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "16383, ff7f",
    "16384, 808001",
    "2097151, ffff7f",
    "2097152, 80808001",
    "268435455, ffffff7f",
    "268435456, 8080808001",
    "2147483647, ffffffff07"
  })
  void writesUnsignedNumbers(int value, String hex) {
    int end = Varint.put(buffer, 1, value);

    assertThat(written(end)).isEqualTo(hex);
    assertThat(Varint.sizeOf(value)).isEqualTo(hex.length() / 2);
    assertThat(written(Varint.put(buffer, 1, (long) value))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "-1, 01",
    "1, 02",
    "-64, 7f",
    "64, 8001",
    "1790000000000000, 8080afa2dbffad06",
    "9223372036854775807, feffffffffffffffff01",
    "-9223372036854775808, ffffffffffffffffff01"
  })
  void writesSignedNumbersInZigzag(long value, String hex) {
    long zigzag = Varint.zigzag(value);
    int end = Varint.put(buffer, 1, zigzag);

    assertThat(written(end)).isEqualTo(hex);
    assertThat(Varint.sizeOf(zigzag)).isEqualTo(hex.length() / 2);
    assertThat(Varint.unzigzag(zigzag)).isEqualTo(value);
  }

  private String written(int end) {
    return HexFormat.of().formatHex(buffer.array(), 1, end);
  }
}
