package io.millrace.server.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The target of a request: {@code /path?query}, or {@code http://host/path?query}, which clients
 * send to proxies and every server must understand.
 *
 * @param authority host and port; empty if the target has only a path
 * @param path without the query. A target of another form is a path that no page has
 */
record RequestTarget(Optional<String> authority, String path) {

  private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?#]*)([^?#]*)");

  /** Reads the target of a request line. */
  static RequestTarget of(String uri) {
    String scheme = uri.substring(0, Math.min(uri.length(), 8)).toLowerCase(Locale.ROOT);
    Matcher absolute = ABSOLUTE.matcher(scheme + uri.substring(scheme.length()));
    if (absolute.lookingAt()) {
      String path = absolute.group(2);
      return new RequestTarget(Optional.of(absolute.group(1)), path.isEmpty() ? "/" : path);
    }
    int query = uri.indexOf('?');
    return new RequestTarget(Optional.empty(), query < 0 ? uri : uri.substring(0, query));
  }
}
