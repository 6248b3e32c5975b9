package io.millrace.server.security.oidc;

import io.millrace.server.settings.OidcSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Where the keys of the provider come from. Blocks. */
@FunctionalInterface
interface JwksSource {

  int MAX_BYTES = 1024 * 1024;
  int TIMEOUT_MS = 5_000;

  /** The JWK set. */
  String read() throws IOException;

  /** The source of the settings: a file, or a URL. */
  static JwksSource of(OidcSettings settings) {
    if (settings.isUrl()) {
      URI uri = URI.create(settings.jwks());
      return () -> fetch(uri);
    }
    Path file = Path.of(settings.jwks());
    return () -> {
      try (InputStream in = Files.newInputStream(file)) {
        return limited(in, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS));
      }
    };
  }

  private static String fetch(URI uri) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * TIMEOUT_MS);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    try {
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      connection.setInstanceFollowRedirects(false); // it could lead to a place without TLS
      connection.setUseCaches(false);
      connection.setRequestProperty("Accept", "application/json");
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("the answer of " + uri + " has the status " + status);
      }
      try (InputStream in = connection.getInputStream()) {
        return limited(in, deadline);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static String limited(InputStream in, long deadline) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      bytes.write(buffer, 0, count);
      if (bytes.size() > MAX_BYTES) {
        throw new IOException("the keys have more than " + MAX_BYTES + " bytes");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the keys did not come in time");
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
