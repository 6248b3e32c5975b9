package io.millrace.server.security;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Makes access states from a seed. */
final class RandomAccess {

  private final Random random;

  RandomAccess(long seed) {
    this.random = new Random(seed);
  }

  AccessState next() {
    SortedMap<String, User> users = new TreeMap<>();
    some(this::user).forEach(user -> users.put(user.name(), user));
    SortedMap<String, ApiToken> tokens = new TreeMap<>();
    some(this::token).forEach(token -> tokens.put(token.id(), token));
    return new AccessState(users, tokens, some(this::rule), bytes(AccessStateCodec.SECRET_BYTES));
  }

  private User user() {
    return new User(name(), Set.copyOf(some(this::name)), random.nextBoolean(), verifiers());
  }

  private List<ScramVerifier> verifiers() {
    return Arrays.stream(ScramMechanism.values())
        .filter(each -> random.nextBoolean())
        .map(
            each ->
                new ScramVerifier(
                    each,
                    bytes(16 + random.nextInt(9)),
                    ScramVerifier.MIN_ITERATIONS + random.nextInt(1000),
                    bytes(each.keyBytes()),
                    bytes(each.keyBytes())))
        .toList();
  }

  private ApiToken token() {
    return new ApiToken(
        name(),
        name(),
        name(),
        bytes(AccessStateCodec.HASH_BYTES),
        random.nextLong(),
        random.nextLong(),
        some(this::permission));
  }

  private Rule rule() {
    return new Rule(name(), permission());
  }

  private Permission permission() {
    Operation[] operations = Operation.values();
    Operation operation = operations[random.nextInt(operations.length)];
    Resource.Kind kind =
        Arrays.stream(Resource.Kind.values()).filter(operation::appliesTo).findAny().orElseThrow();
    Optional<NamePattern> source =
        operation == Operation.WRITE && random.nextBoolean()
            ? Optional.of(pattern())
            : Optional.empty();
    return new Permission(operation, kind, pattern(), source);
  }

  private NamePattern pattern() {
    return new NamePattern(name(), random.nextBoolean());
  }

  private String name() {
    String text = random.nextBoolean() ? "vehicle-" : "gef\u00e4hrt-\ud83d\ude97-";
    return text + random.nextInt(1_000_000);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> List<T> some(Supplier<T> item) {
    List<T> items = new ArrayList<>();
    for (int count = random.nextInt(5); count > 0; count--) {
      items.add(item.get());
    }
    return List.copyOf(items.stream().distinct().toList());
  }
}
