package io.millrace.client;

/**
 * The implementation of this API, loaded by the name of its one public class. The API has no
 * compile-time dependency on the implementation, which depends on the API: {@code
 * docs/decisions/0008-the-api-loads-its-implementation-by-name.md}.
 */
final class Implementation {

  /** A literal, so that tools that rename or trim classes find it. */
  private static final String CLIENT_BUILDER = "io.millrace.client.internal.ClientBuilder";

  private Implementation() {}

  /**
   * Makes a builder with default settings.
   *
   * @throws IllegalStateException if the class is missing or cannot be loaded
   */
  static MillraceClient.Builder newClientBuilder() {
    try {
      Class<?> builder = Class.forName(CLIENT_BUILDER);
      return (MillraceClient.Builder) builder.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "class "
              + CLIENT_BUILDER
              + " cannot be loaded: "
              + e
              + "; check that the whole of millrace-client is on the class path",
          e);
    }
  }
}
