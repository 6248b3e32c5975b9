package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LagReasonTest {

  @ParameterizedTest
  @EnumSource(LagReason.class)
  void hasACodeOfItsOwn(LagReason reason) {
    assertThat(LagReason.ofCode(reason.code())).isEqualTo(reason);
  }

  @Test
  void laterReasonIsReadAsBusy() {
    assertThat(LagReason.ofCode(200)).isEqualTo(LagReason.BUSY);
  }
}
