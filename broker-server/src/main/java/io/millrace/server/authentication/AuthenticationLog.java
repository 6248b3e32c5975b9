package io.millrace.server.authentication;

import io.millrace.protocol.Quoted;
import io.millrace.server.log.LineLimit;
import io.millrace.server.security.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes authentications to the log: of failures, at most one line a minute for each mechanism and
 * reason. Any thread.
 */
final class AuthenticationLog implements AuthenticationObserver {

  private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);

  /** Enough for every reason that the mechanisms have. */
  private static final int MAX_REASONS = 200;

  private static final int MAX_SUBJECT_CHARS = 100;

  private final Map<String, LineLimit> failures = new ConcurrentHashMap<>();
  private final LineLimit delays = new LineLimit();

  @Override
  public void succeeded(Session session, Login login) {
    LOG.debug(
        "event=authenticated principal={} mechanism={} client={} remote={}",
        Quoted.logValue(login.principal().name()),
        login.mechanism(),
        session.clientInLog(),
        session.remoteAddress());
  }

  @Override
  public void failed(Session session, String mechanism, String subject, String reason) {
    long times = linesOf(mechanism + reason).count();
    LOG.atLevel(times == 0 ? Level.DEBUG : Level.WARN)
        .log(
            "event=authentication_failed mechanism={} user={} client={} remote={} times={} reason={}",
            mechanism,
            shortened(subject),
            session.clientInLog(),
            session.remoteAddress(),
            times,
            Quoted.logValue(reason));
  }

  @Override
  public void delayed(Session session, String mechanism, String subject) {
    long times = delays.count();
    LOG.atLevel(times == 0 ? Level.DEBUG : Level.WARN)
        .log(
            "event=authentication_delayed mechanism={} user={} client={} remote={} times={}",
            mechanism,
            shortened(subject),
            session.clientInLog(),
            session.remoteAddress(),
            times);
  }

  private LineLimit linesOf(String reason) {
    String key = failures.size() < MAX_REASONS ? reason : "";
    return failures.computeIfAbsent(key, first -> new LineLimit());
  }

  private static String shortened(String subject) {
    return Quoted.logValue(
        subject.length() <= MAX_SUBJECT_CHARS ? subject : subject.substring(0, MAX_SUBJECT_CHARS));
  }
}
