package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndecodedTextTest {

  /** Stands for the directory of the process in {@code /proc}. */
  @TempDir Path process;

  private Optional<String> in(String[] args, Map<String, String> environment) {
    return new UndecodedText("UTF-8", process).in(args, environment);
  }

  private static String[] args(String... args) {
    return args;
  }

  private void write(String file, byte[]... texts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] text : texts) {
      bytes.write(text);
      bytes.write(0);
    }
    Files.write(process.resolve(file), bytes.toByteArray());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void textsThatTheJvmHasDecodedAreAccepted() {
    assertThat(
            in(
                args("produce", "wägen", "?"),
                Map.of("MILLRACE_SERVER", "brücke", "OTHER", "\uFFFD")))
        .isEmpty();
  }

  @Test
  void anUndecodedArgumentIsNamedWithItsPlace() throws IOException {
    write("cmdline", utf8("java"), utf8("Millrace"), utf8("produce"), latin1("wägen"));
    assertThat(in(args("produce", "w\uFFFDgen"), Map.of()))
        .hasValueSatisfying(
            message -> assertThat(message).contains("argument 2", "w\uFFFDgen", "not valid UTF-8"));
  }

  @Test
  void anUndecodedArgumentIsRefusedAlsoWithoutItsBytes() {
    assertThat(in(args("w\uFFFDgen"), Map.of())).isPresent();
  }

  @Test
  void aReplacementCharacterThatTheUserHasWrittenIsAccepted() throws IOException {
    write("cmdline", utf8("java"), utf8("produce"), utf8("a\uFFFD"), utf8(""), utf8("z"));
    write("environ", utf8("HOME=/"), utf8("MILLRACE_SERVER=\uFFFD:1"));
    String[] args = args("produce", "a\uFFFD", "", "z");
    assertThat(in(args, Map.of("MILLRACE_SERVER", "\uFFFD:1"))).isEmpty();
  }

  @Test
  void oneOfTwoEqualTextsIsUndecoded() throws IOException {
    write("cmdline", utf8("java"), utf8("a\uFFFD"), latin1("aä"));
    assertThat(in(args("a\uFFFD", "a\uFFFD"), Map.of()))
        .hasValueSatisfying(message -> assertThat(message).contains("argument 2"));
  }

  @Test
  void anUndecodedVariableIsNamed() throws IOException {
    write("environ", latin1("MILLRACE_SERVER=ä"));
    assertThat(in(args(), Map.of("MILLRACE_SERVER", "\uFFFD")))
        .hasValueSatisfying(
            message -> assertThat(message).contains("MILLRACE_SERVER is not valid UTF-8"));
  }

  @Test
  void anotherLocaleIsNamedWithTheNextStep() throws IOException {
    write("environ", utf8("MILLRACE_DATADIR=ä"));
    assertThat(
            new UndecodedText("ANSI_X3.4-1968", process)
                .in(args("server"), Map.of("MILLRACE_DATADIR", "\uFFFD\uFFFD")))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .contains("MILLRACE_DATADIR", "ANSI_X3.4-1968", "LC_ALL=C.UTF-8"));
  }
}
