package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers are compared as BigDecimal compares them. */
class DecimalTextTest {

  private static final int ROUNDS = 50_000;

  @Test
  void orderIsThatOfBigDecimal() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int equal = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String a = number(random);
      String b = random.nextInt(3) == 0 ? sameValue(a, random) : number(random);
      int expected = new BigDecimal(a).compareTo(new BigDecimal(b));
      equal += expected == 0 ? 1 : 0;
      assertThat(Integer.signum(decimal(a).compareTo(decimal(b))))
          .as("seed %d, %s to %s", seed, a, b)
          .isEqualTo(expected);
    }
    assertThat(equal).as("seed %d", seed).isGreaterThan(ROUNDS / 4);
  }

  @Test
  void orderOfLongsAndConstantsIsThatOfBigDecimal() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      String text = number(random);
      BigDecimal value = new BigDecimal(text);
      NumberConstant constant = NumberConstant.of(text);
      long near = near(value, random);
      int expected = BigDecimal.valueOf(near).compareTo(value);
      assertThat(Integer.signum(constant.order(near)))
          .as("seed %d, %d to %s", seed, near, text)
          .isEqualTo(expected);
      for (Relation relation : Relation.values()) {
        assertThat(constant.longs(relation).contains(near))
            .as("seed %d, %d %s %s", seed, near, relation.symbol, text)
            .isEqualTo(relation.holds(expected));
      }
    }
  }

  @Test
  void numberOfAMillionDigitsIsCompared() {
    String digits = "7".repeat(1_000_000);
    assertThat(decimal(digits + "8").compareTo(decimal(digits + "9"))).isNegative();
    assertThat(decimal(digits).compareTo(decimal("0." + digits + "e1000000"))).isZero();
    assertThat(decimal("-" + digits).compareTo(decimal("1e-5"))).isNegative();
  }

  @Test
  void hugeExponentsAreCompared() {
    assertThat(decimal("1e99999999999999999999").compareTo(decimal("9e14"))).isPositive();
    assertThat(decimal("1e-99999999999999999999").compareTo(decimal("1e-14"))).isNegative();
    assertThat(decimal("1e-99999999999999999999").compareTo(decimal("0"))).isPositive();
    assertThat(NumberConstant.of("1e-999999999").order(0)).isNegative();
    assertThat(NumberConstant.of("-1e999999999").order(Long.MIN_VALUE)).isPositive();
  }

  private static DecimalText decimal(String text) {
    DecimalText decimal = new DecimalText();
    byte[] bytes = TestEvent.utf8(" " + text + " ");
    decimal.set(bytes, 1, bytes.length - 1);
    return decimal;
  }

  private static String number(Random random) {
    StringBuilder number = new StringBuilder(random.nextBoolean() ? "-" : "");
    if (random.nextInt(8) == 0) {
      return number.append(Long.toString(Long.MIN_VALUE).substring(1)).toString();
    }
    String whole = digits(random, random.nextInt(4) == 0 ? 22 : 3);
    number.append(whole.matches("0+") ? "0" : whole.replaceFirst("^0+", ""));
    if (random.nextBoolean()) {
      number.append('.').append(digits(random, 4));
    }
    if (random.nextInt(3) == 0) {
      number.append(random.nextBoolean() ? "e" : "E").append(random.nextInt(50) - 25);
    }
    return number.toString();
  }

  private static String digits(Random random, int most) {
    StringBuilder digits = new StringBuilder();
    for (int i = 1 + random.nextInt(most); i > 0; i--) {
      digits.append(random.nextInt(3) == 0 ? random.nextInt(10) : 0);
    }
    return digits.toString();
  }

  /** Another text of the same value. */
  private static String sameValue(String text, Random random) {
    BigDecimal value = new BigDecimal(text);
    return switch (random.nextInt(3)) {
      case 0 -> value.toPlainString();
      case 1 -> value.setScale(value.scale() + random.nextInt(5)).toPlainString();
      default -> value.unscaledValue() + "e" + -value.scale();
    };
  }

  private static long near(BigDecimal value, Random random) {
    BigInteger near =
        value
            .setScale(0, RoundingMode.FLOOR)
            .toBigInteger()
            .add(BigInteger.valueOf(random.nextInt(3) - 1));
    BigInteger min = BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger max = BigInteger.valueOf(Long.MAX_VALUE);
    return near.max(min).min(max).longValueExact();
  }
}
