package io.millrace.cli.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the value of an option to a constant of an enum. The value is the constant's name, in
 * upper or lower case. The error message lists the names in lower case, as the help does.
 */
public final class ConstantName<E extends Enum<E>> implements ITypeConverter<E> {

  private final Class<E> type;

  private ConstantName(Class<E> type) {
    this.type = type;
  }

  /** Uses this conversion for all options of a command and its subcommands. */
  public static void register(CommandLine root) {
    register(root, root);
  }

  private static void register(CommandLine root, CommandLine command) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (option.type().isEnum()) {
        registerType(root, option.type());
      }
    }
    command.getSubcommands().values().forEach(each -> register(root, each));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void registerType(CommandLine root, Class type) {
    root.registerConverter(type, new ConstantName(type));
  }

  @Override
  public E convert(String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw new TypeConversionException("'" + value + "' is not one of: " + names());
  }

  private String names() {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
