package io.millrace.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value of an option {@code --set}.
 *
 * @param key not empty
 * @param value may be empty
 */
public record Setting(String key, String value) {

  /** The settings by key, in their order. The last value of a key wins. */
  public static Map<String, String> toMap(List<Setting> settings) {
    Map<String, String> byKey = new LinkedHashMap<>();
    settings.forEach(setting -> byKey.put(setting.key, setting.value));
    return byKey;
  }

  /** Converts {@code KEY=VALUE}. The value may contain {@code =} too. */
  public static final class Converter implements ITypeConverter<Setting> {

    @Override
    public Setting convert(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw new TypeConversionException(
            "'" + text + "' has no value; write the value after it, as in " + text + "=VALUE");
      }
      if (equals == 0) {
        throw new TypeConversionException(
            "'" + text + "' has no name; write the name of a setting before the =");
      }
      return new Setting(text.substring(0, equals), text.substring(equals + 1));
    }
  }
}
