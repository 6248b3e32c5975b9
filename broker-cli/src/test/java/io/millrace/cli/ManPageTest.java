package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ManPageTest {

  @Command(
      name = "probe",
      description = "Prints 5%% of %%n and%nends.",
      footer = {"", "A format: %%n, 7%%"})
  private static final class Probe {

    @Option(
        names = "--format",
        defaultValue = "%%n",
        description = "The format of 1%% with %%n;%ndefault ${DEFAULT-VALUE}.")
    private String format;
  }

  private static String page() {
    return new ManPage(new CommandLine(new Probe()), "1").text();
  }

  /** The texts of picocli are formats, in which {@code %%} is one percent sign. */
  @Test
  void percentSignsAreThoseOfTheHelp() {
    String help = new CommandLine(new Probe()).getUsageMessage();
    assertThat(help).contains("Prints 5% of %n and\nends.", "A format: %n, 7%", "1% with %n;\n");
    assertThat(page())
        .contains("Prints 5% of %n and\nends.", "A format: %n, 7%", "The format of 1% with %n;\n");
  }

  @Test
  void defaultValueIsNoFormat() {
    assertThat(page()).contains("default %%n.");
  }
}
