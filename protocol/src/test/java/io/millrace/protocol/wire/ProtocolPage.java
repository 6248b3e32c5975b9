package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the protocol in {@code docs}: its tables and its hex blocks, by heading. */
final class ProtocolPage {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern HEX_LINE =
      Pattern.compile("((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  .*)?");

  private final String name;
  private final List<String> lines;

  private ProtocolPage(String name, List<String> lines) {
    this.name = name;
    this.lines = lines;
  }

  static ProtocolPage read(String name) {
    try {
      return new ProtocolPage(name, Files.readAllLines(DOCS.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of the first table under a heading, or under a label below it; without its head. */
  List<List<String>> table(String heading, String label) {
    List<String> section = section(heading);
    int from = label.isEmpty() ? 0 : section.indexOf(label);
    if (from < 0) {
      return List.of();
    }
    return section.subList(from, section.size()).stream()
        .dropWhile(line -> !line.startsWith("|"))
        .takeWhile(line -> line.startsWith("|"))
        .skip(2)
        .map(ProtocolPage::cells)
        .toList();
  }

  /** The bytes of the hex block under a heading. */
  ByteBuf hex(String heading) {
    ByteBuf bytes = Unpooled.buffer();
    for (String line : section(heading)) {
      Matcher matcher = HEX_LINE.matcher(line);
      if (matcher.matches()) {
        bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(matcher.group(1)));
      }
    }
    return bytes;
  }

  /** The lines between a heading and the next heading of any level. */
  private List<String> section(String heading) {
    List<String> section = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith("#")) {
        inside = line.replaceFirst("#+ ", "").equals(heading);
      } else if (inside) {
        section.add(line);
      }
    }
    if (section.isEmpty()) {
      throw new AssertionError("docs/" + name + " has no section '" + heading + "'");
    }
    return section;
  }

  /** The cells of a row; of a link, its text. */
  private static List<String> cells(String row) {
    return List.of(row.substring(1).split("\\|", -1)).stream()
        .map(cell -> cell.strip().replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"))
        .toList();
  }
}
