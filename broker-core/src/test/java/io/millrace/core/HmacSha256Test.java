package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test vectors of RFC 4231, sections 4.2 to 4.4, 4.7 and 4.8. */
class HmacSha256Test {

  @ParameterizedTest
  @CsvSource({
    "0b, 20, 4869205468657265,"
        + " b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    "4a656665, 1, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
        + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "aa, 20, dddddddddddddddddddddddddddddddddddddddddddddddddd"
        + "dddddddddddddddddddddddddddddddddddddddddddddddddd,"
        + " 773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
  })
  void isAsPublished(String key, int times, String message, String code) {
    assertThat(HexFormat.of().formatHex(hmac(key, times).of(HexFormat.of().parseHex(message))))
        .isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "'Test Using Larger Than Block-Size Key - Hash Key First',"
        + " 60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    "'This is a test using a larger than block-size key and a larger than block-size data. The key"
        + " needs to be hashed before being used by the HMAC algorithm.',"
        + " 9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
  })
  void aKeyLongerThanABlockIsAsPublished(String message, String code) {
    byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);

    assertThat(HexFormat.of().formatHex(hmac("aa", 131).of(bytes))).isEqualTo(code);
  }

  private static HmacSha256 hmac(String key, int times) {
    return new HmacSha256(HexFormat.of().parseHex(key.repeat(times)));
  }
}
