package io.millrace.server.security;

import io.millrace.core.StateEnvelope;
import io.millrace.security.AccessState;
import io.millrace.security.ApiToken;
import io.millrace.security.NamePattern;
import io.millrace.security.Operation;
import io.millrace.security.Permission;
import io.millrace.security.Resource;
import io.millrace.security.Rule;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import io.millrace.security.User;
import io.millrace.storage.StorageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The bytes of the state {@code access}; the layout is in {@code docs/file-format.md}. A count or a
 * length in the bytes is compared with the bytes that are left before memory is allocated for it.
 */
final class AccessStateCodec {

  static final StateEnvelope FORMAT =
      new StateEnvelope("the state 'access' (users, tokens and rules)", "MRAC", 1);

  static final int SECRET_BYTES = 32;
  static final int HASH_BYTES = 32;

  private static final int MAX_FIELD_BYTES = 65_535;

  /** In the order of their codes on the disk, from 1. */
  private static final List<ScramMechanism> MECHANISMS =
      List.of(ScramMechanism.SHA_256, ScramMechanism.SHA_512);

  private AccessStateCodec() {}

  static byte[] encode(AccessState state) {
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(state.secret());
    writeAll(out, state.users().values(), AccessStateCodec::writeUser);
    writeAll(out, state.tokens().values(), AccessStateCodec::writeToken);
    writeAll(out, state.rules(), AccessStateCodec::writeRule);
    ByteBuffer sealed = FORMAT.begin(out.readableBytes());
    sealed.put(out.nioBuffer());
    return FORMAT.seal(sealed);
  }

  /**
   * The state of bytes that {@link #encode} has made.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD}
   */
  static AccessState decode(byte[] sealed) {
    ByteBuffer in = FORMAT.open(sealed);
    try {
      byte[] secret = bytes(in, SECRET_BYTES);
      SortedMap<String, User> users = byName("user", all(in, AccessStateCodec::user), User::name);
      SortedMap<String, ApiToken> tokens =
          byName("token", all(in, AccessStateCodec::token), ApiToken::id);
      List<Rule> rules = all(in, AccessStateCodec::rule);
      if (in.hasRemaining()) {
        throw FORMAT.corrupt(in.remaining() + " bytes are left over after the last rule");
      }
      return new AccessState(users, tokens, rules, secret);
    } catch (BufferUnderflowException e) {
      throw FORMAT.corrupt("it ends before its last field");
    } catch (IllegalArgumentException e) {
      throw FORMAT.corrupt(e.getMessage());
    }
  }

  private static void writeUser(ByteBuf out, User user) {
    write(out, user.name());
    writeAll(out, new TreeSet<>(user.roles()), AccessStateCodec::write);
    out.writeByte(user.enabled() ? 1 : 0);
    writeAll(out, user.verifiers(), AccessStateCodec::writeVerifier);
  }

  private static User user(ByteBuffer in) {
    return new User(
        text(in),
        Set.copyOf(all(in, AccessStateCodec::text)),
        bool(in),
        all(in, AccessStateCodec::verifier));
  }

  private static void writeVerifier(ByteBuf out, ScramVerifier verifier) {
    out.writeByte(MECHANISMS.indexOf(verifier.mechanism()) + 1);
    out.writeIntLE(verifier.iterations());
    writeBytes(out, verifier.salt());
    writeBytes(out, verifier.storedKey());
    writeBytes(out, verifier.serverKey());
  }

  private static ScramVerifier verifier(ByteBuffer in) {
    int code = in.get();
    if (code < 1 || code > MECHANISMS.size()) {
      throw FORMAT.corrupt("a password has the mechanism " + code);
    }
    ScramMechanism mechanism = MECHANISMS.get(code - 1);
    int iterations = in.getInt();
    if (iterations < ScramVerifier.MIN_ITERATIONS || iterations > ScramVerifier.MAX_ITERATIONS) {
      throw FORMAT.corrupt("a password has " + iterations + " iterations");
    }
    return new ScramVerifier(
        mechanism, bytes(in), iterations, key(in, mechanism), key(in, mechanism));
  }

  private static byte[] key(ByteBuffer in, ScramMechanism mechanism) {
    byte[] key = bytes(in);
    if (key.length != mechanism.keyBytes()) {
      throw FORMAT.corrupt("a key of " + mechanism.mechanism() + " has " + key.length + " bytes");
    }
    return key;
  }

  private static void writeToken(ByteBuf out, ApiToken token) {
    write(out, token.id());
    write(out, token.name());
    write(out, token.user());
    writeBytes(out, token.secretHash());
    out.writeLongLE(token.createdAtMicros());
    out.writeLongLE(token.expiresAtMicros());
    writeAll(out, token.scope(), AccessStateCodec::writePermission);
  }

  private static ApiToken token(ByteBuffer in) {
    String id = text(in);
    String name = text(in);
    String user = text(in);
    byte[] hash = bytes(in);
    if (hash.length != HASH_BYTES) {
      throw FORMAT.corrupt("the hash of a token has " + hash.length + " bytes");
    }
    return new ApiToken(
        id, name, user, hash, in.getLong(), in.getLong(), all(in, AccessStateCodec::permission));
  }

  private static void writeRule(ByteBuf out, Rule rule) {
    write(out, rule.grantee());
    writePermission(out, rule.permission());
  }

  private static Rule rule(ByteBuffer in) {
    return new Rule(text(in), permission(in));
  }

  private static void writePermission(ByteBuf out, Permission permission) {
    write(out, permission.operation().text());
    write(out, permission.kind().text());
    writePattern(out, permission.resource());
    out.writeByte(permission.source().isPresent() ? 1 : 0);
    permission.source().ifPresent(source -> writePattern(out, source));
  }

  private static Permission permission(ByteBuffer in) {
    String operation = text(in);
    String kind = text(in);
    return new Permission(
        named(operation, Operation.values(), Operation::text),
        named(kind, Resource.Kind.values(), Resource.Kind::text),
        pattern(in),
        bool(in) ? Optional.of(pattern(in)) : Optional.empty());
  }

  private static void writePattern(ByteBuf out, NamePattern pattern) {
    write(out, pattern.text());
    out.writeByte(pattern.isPrefix() ? 1 : 0);
  }

  private static NamePattern pattern(ByteBuffer in) {
    return new NamePattern(text(in), bool(in));
  }

  private static <E> E named(String name, E[] all, Function<E, String> text) {
    return Arrays.stream(all)
        .filter(each -> text.apply(each).equals(name))
        .findFirst()
        .orElseThrow(() -> FORMAT.corrupt("a rule has the word '" + name + "'"));
  }

  private static <T> SortedMap<String, T> byName(
      String what, List<T> items, Function<T, String> name) {
    SortedMap<String, T> map = new TreeMap<>();
    for (T item : items) {
      if (map.put(name.apply(item), item) != null) {
        throw FORMAT.corrupt("it has the " + what + " '" + name.apply(item) + "' twice");
      }
    }
    return map;
  }

  private static <T> void writeAll(
      ByteBuf out, Iterable<? extends T> items, BiConsumer<ByteBuf, T> item) {
    int countAt = out.writerIndex();
    out.writeIntLE(0);
    int count = 0;
    for (T each : items) {
      item.accept(out, each);
      count++;
    }
    out.setIntLE(countAt, count);
  }

  private static <T> List<T> all(ByteBuffer in, Function<ByteBuffer, T> item) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining()) {
      throw FORMAT.corrupt("a list has " + count + " items in " + in.remaining() + " bytes");
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item.apply(in));
    }
    return items;
  }

  private static void write(ByteBuf out, String text) {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ByteBuffer in) {
    byte[] utf8 = bytes(in);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw FORMAT.corrupt("a text is not UTF-8");
    }
  }

  private static void writeBytes(ByteBuf out, byte[] bytes) {
    if (bytes.length > MAX_FIELD_BYTES) {
      throw new IllegalArgumentException("a field of " + bytes.length + " bytes is too long");
    }
    out.writeShortLE(bytes.length).writeBytes(bytes);
  }

  private static byte[] bytes(ByteBuffer in) {
    return bytes(in, in.getShort() & 0xFFFF);
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    if (count > in.remaining()) {
      throw FORMAT.corrupt("a field of " + count + " bytes has " + in.remaining() + " left");
    }
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static boolean bool(ByteBuffer in) {
    int code = in.get();
    if (code < 0 || code > 1) {
      throw FORMAT.corrupt("a truth value is " + code);
    }
    return code == 1;
  }
}
