package io.millrace.server.security.oidc;

import io.millrace.server.authentication.AuthenticationMechanism;
import io.millrace.server.authentication.BearerLogin;
import io.millrace.server.security.AccessStore;
import io.millrace.server.settings.OidcSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Checks tokens. One thread checks signatures, so that a flood of tokens takes one core at most,
 * and no event loop. Another one reads the keys of the provider. Both end when they have nothing to
 * do. Any thread.
 *
 * <p>The algorithm is that of the key. The token only says which one it expects, and must be right.
 */
public final class JwtVerifier implements BearerLogin.Verifier, AutoCloseable {

  /** The tokens that wait to be checked. Each has at most 16 KiB. */
  static final int MAX_WAITING = 256;

  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");
  private static final int MAX_KEY_ID_CHARS = 256;
  private static final long IDLE_SECONDS = 60;

  private final OidcSettings settings;
  private final JwtClaims claims;
  private final InstantSource clock;
  private final ThreadPoolExecutor checks = thread("millrace-oidc", MAX_WAITING);
  private final ThreadPoolExecutor reads = thread("millrace-oidc-keys", 1);
  private final JwksCache cache;
  private final AtomicInteger waitingForKeys = new AtomicInteger();

  private JwtVerifier(OidcSettings settings, InstantSource clock) {
    this.settings = settings;
    this.claims = new JwtClaims(settings);
    this.clock = clock;
    this.cache = new JwksCache(JwksSource.of(settings), reads, System::nanoTime);
  }

  /** Opens a verifier, and begins to read the keys. Does not wait for them. */
  public static JwtVerifier open(OidcSettings settings, InstantSource clock) {
    JwtVerifier verifier = new JwtVerifier(settings, clock);
    verifier.cache.refresh();
    return verifier;
  }

  /** The mechanism with which clients log in. */
  public AuthenticationMechanism mechanism(AccessStore users) {
    return new BearerLogin(users, this);
  }

  private static ThreadPoolExecutor thread(String name, int waiting) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * {@inheritDoc}
   *
   * @return fails with {@link JwtRefusedException}, also if too many tokens wait
   */
  @Override
  public CompletableFuture<BearerLogin.Verified> verify(String token) {
    CompletableFuture<BearerLogin.Verified> verified = new CompletableFuture<>();
    run(checks, verified, () -> check(JwtParts.parse(token), verified, true));
    return verified;
  }

  /** A step of a check. */
  @FunctionalInterface
  private interface Step {
    void run() throws JwtRefusedException;
  }

  private static void run(
      Executor executor, CompletableFuture<BearerLogin.Verified> verified, Step step) {
    try {
      executor.execute(
          () -> {
            try {
              step.run();
            } catch (JwtRefusedException | RuntimeException e) {
              verified.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      verified.completeExceptionally(new JwtRefusedException("too many tokens wait"));
    }
  }

  /**
   * Checks a token whose parts could be read.
   *
   * @param mayRefresh whether the keys are read again if the token's key is unknown
   */
  private void check(
      JwtParts token, CompletableFuture<BearerLogin.Verified> verified, boolean mayRefresh)
      throws JwtRefusedException {
    String algorithm = algorithm(token);
    String keyId = keyId(token);
    Optional<JwkKeys> keys = cache.keys();
    List<JwkKeys.Key> found = keys.map(each -> each.find(keyId, algorithm)).orElse(List.of());
    if (!found.isEmpty()) {
      requireSignature(token, found);
      verified.complete(claims.check(token.claims(), clock.instant()));
    } else if (mayRefresh) {
      afterRefresh(verified, () -> check(token, verified, false));
    } else {
      throw new JwtRefusedException(
          keys.isEmpty()
              ? "the keys of the provider are not known"
              : "the provider has no key of this id and algorithm");
    }
  }

  private void afterRefresh(CompletableFuture<BearerLogin.Verified> verified, Step step)
      throws JwtRefusedException {
    if (waitingForKeys.incrementAndGet() > MAX_WAITING) {
      waitingForKeys.decrementAndGet();
      throw new JwtRefusedException("too many tokens wait for the keys of the provider");
    }
    cache
        .refresh()
        .whenComplete(
            (read, never) -> {
              waitingForKeys.decrementAndGet();
              run(checks, verified, step);
            });
  }

  private String algorithm(JwtParts token) throws JwtRefusedException {
    String algorithm = JwtParts.text(token.header(), "alg");
    if (algorithm == null || !settings.algorithms().contains(algorithm)) {
      throw new JwtRefusedException("alg is not in security.oidc.algorithms");
    }
    if (token.header().containsKey("crit")) {
      throw new JwtRefusedException("has a critical extension");
    }
    if (token.header().containsKey("cty")) {
      throw new JwtRefusedException("has another token inside");
    }
    String type = JwtParts.text(token.header(), "typ");
    if (type != null && !TYPES.contains(type.toLowerCase(Locale.ROOT))) {
      throw new JwtRefusedException("typ is neither JWT nor at+jwt");
    }
    return algorithm;
  }

  private static String keyId(JwtParts token) throws JwtRefusedException {
    String id = JwtParts.text(token.header(), "kid");
    if (id != null && id.length() > MAX_KEY_ID_CHARS) {
      throw new JwtRefusedException("kid has " + id.length() + " characters");
    }
    return id;
  }

  private static void requireSignature(JwtParts token, List<JwkKeys.Key> keys)
      throws JwtRefusedException {
    for (JwkKeys.Key key : keys) {
      if (key.isSignature(token.signed(), token.signature())) {
        return;
      }
    }
    throw new JwtRefusedException("the signature is not one of the key");
  }

  /** Ends the threads. Tokens that wait are checked before, without reading the keys again. */
  @Override
  public void close() {
    checks.shutdownNow().forEach(Runnable::run);
    reads.shutdownNow();
  }
}
