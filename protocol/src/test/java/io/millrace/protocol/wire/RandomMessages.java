package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes records of any message type from a seed, by the types of their fields. */
final class RandomMessages {

  private final Random random;

  RandomMessages(long seed) {
    this.random = new Random(seed);
  }

  Object next(Class<?> type) throws ReflectiveOperationException {
    if (type == ErrorResponse.class) {
      ErrorCode[] codes = ErrorCode.values();
      return new ErrorResponse(codes[1 + random.nextInt(codes.length - 1)], text());
    }
    if (type == HelloRequest.class) {
      return new HelloRequest("c" + text(), text(), List.of(text(), text()));
    }
    if (type == ApiVersions.class) {
      return new ApiVersions(random.nextInt(1 << 16), random.nextInt(256), random.nextInt(256));
    }
    RecordComponent[] fields = type.getRecordComponents();
    Class<?>[] types =
        Stream.of(fields).map(RecordComponent::getType).toArray(size -> new Class<?>[size]);
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = value(fields[i].getGenericType());
    }
    return type.getDeclaredConstructor(types).newInstance(values);
  }

  private Object value(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      if (raw == Optional.class) {
        return random.nextBoolean()
            ? Optional.of(value(generic.getActualTypeArguments()[0]))
            : Optional.empty();
      }
      return raw == Map.class ? map() : list(generic);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == int.class) {
      return random.nextInt();
    } else if (plain == long.class || plain == Long.class) {
      return random.nextLong();
    } else if (plain == short.class) {
      return (short) random.nextInt();
    } else if (plain == boolean.class) {
      return random.nextBoolean();
    } else if (plain == String.class) {
      return text();
    } else if (plain == UUID.class) {
      return new UUID(random.nextLong(), random.nextLong());
    } else if (plain == ByteBuf.class) {
      return bytes();
    } else if (plain.isEnum()) {
      Object[] constants = plain.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    return next(plain);
  }

  private List<?> list(ParameterizedType type) throws ReflectiveOperationException {
    Object[] items = new Object[random.nextInt(5)];
    for (int i = 0; i < items.length; i++) {
      items[i] = value(type.getActualTypeArguments()[0]);
    }
    return Arrays.asList(items);
  }

  private Map<String, String> map() {
    Map<String, String> map = new TreeMap<>();
    IntStream.range(0, random.nextInt(5)).forEach(i -> map.put(text(), text()));
    return map;
  }

  private ByteBuf bytes() {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return Unpooled.wrappedBuffer(bytes);
  }

  /** Up to 40 characters of one, two, three and four bytes of UTF-8. */
  private String text() {
    int[] firsts = {'a', 0xE0, 0x4E00, 0x1F600};
    return random
        .ints(random.nextInt(41), 0, 4 * 26)
        .map(n -> firsts[n / 26] + n % 26)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
