package io.millrace.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.function.DoublePredicate;
import org.awaitility.Awaitility;

/** The HTTP port of a server, as a probe and a scraper see it. */
final class Metrics {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Metrics() {}

  static HttpResponse<String> get(MillraceServer server, String path) {
    return send(request(server, path).GET().build());
  }

  static HttpRequest.Builder request(MillraceServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path));
  }

  static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The value of a series, by its name and labels in the text; 0 if there is none. */
  static double value(MillraceServer server, String series) {
    return valueOn(get(server, "/metrics"), series);
  }

  /** As {@link #value(MillraceServer, String)}, for a user with a token. */
  static double value(MillraceServer server, String token, String series) {
    return valueOn(
        send(request(server, "/metrics").header("Authorization", "Bearer " + token).build()),
        series);
  }

  private static double valueOn(HttpResponse<String> page, String series) {
    if (page.statusCode() != 200) {
      throw new AssertionError("/metrics answers " + page.statusCode() + ": " + page.body());
    }
    return page.body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  static void await(MillraceServer server, String series, DoublePredicate condition) {
    Awaitility.await(series)
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> condition.test(value(server, series)));
  }
}
