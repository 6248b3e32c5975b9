package io.millrace.cli.token;

import io.millrace.protocol.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How long a new token is valid.
 *
 * @param time empty: it does not expire
 */
record TokenLifetime(Optional<Duration> time) {

  private static final String NEVER = "never";

  /** When a token expires that is created now. */
  Optional<Instant> from(Instant now) {
    return time.map(now::plus);
  }

  /** Converts a time, or {@code never}. */
  static final class Converter implements ITypeConverter<TokenLifetime> {

    @Override
    public TokenLifetime convert(String text) {
      if (text.equals(NEVER)) {
        return new TokenLifetime(Optional.empty());
      }
      Duration time;
      try {
        time = TimeSpan.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage() + ", or '" + NEVER + "'");
      }
      if (time.isZero()) {
        throw new TypeConversionException(
            "a token cannot expire at once; expected a time or 'never'");
      }
      return new TokenLifetime(Optional.of(time));
    }
  }
}
