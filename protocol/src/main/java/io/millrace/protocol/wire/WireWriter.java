package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Writes what a buffer has no method for: strings, maps, lists, uuids. */
final class WireWriter {

  /** Most bytes of an encoded string. */
  static final int MAX_STRING_BYTES = 65_535;

  /** Most entries of a map, most items of a list with a two-byte count. */
  static final int MAX_SHORT_COUNT = 65_535;

  private WireWriter() {}

  static void uuid(ByteBuf out, UUID uuid) {
    out.writeLongLE(uuid.getMostSignificantBits());
    out.writeLongLE(uuid.getLeastSignificantBits());
  }

  /** UTF-8 with its byte length before it; half a surrogate pair is written as a question mark. */
  static void string(ByteBuf out, String text) {
    int bytes = ByteBufUtil.utf8Bytes(text);
    if (bytes > MAX_STRING_BYTES) {
      throw WireException.invalid(
          "a string of " + bytes + " bytes is too long; the limit is " + MAX_STRING_BYTES);
    }
    out.writeShortLE(bytes);
    ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
  }

  static void map(ByteBuf out, Map<String, String> map) {
    shortCount(out, map.size());
    map.forEach(
        (name, value) -> {
          string(out, name);
          string(out, value);
        });
  }

  static <T> void shortList(ByteBuf out, List<T> items, BiConsumer<T, ByteBuf> item) {
    shortCount(out, items.size());
    items.forEach(each -> item.accept(each, out));
  }

  static <T> void longList(ByteBuf out, List<T> items, BiConsumer<T, ByteBuf> item) {
    out.writeIntLE(items.size());
    items.forEach(each -> item.accept(each, out));
  }

  private static void shortCount(ByteBuf out, int count) {
    if (count > MAX_SHORT_COUNT) {
      throw WireException.invalid(
          "a list of " + count + " items is too long; the limit is " + MAX_SHORT_COUNT);
    }
    out.writeShortLE(count);
  }
}
