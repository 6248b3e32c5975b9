package io.millrace.client;

/**
 * Loads the implementation of this API by the name of its entry class. The implementation depends
 * on the API; a call in the other direction would be a package cycle. The reasons are in {@code
 * docs/decisions/0008-the-api-loads-its-implementation-by-name.md}.
 */
final class Implementation {

  /** The name is a literal, so that tools that rename or remove classes find it. */
  private static final String CLIENT_BUILDER = "io.millrace.client.internal.ClientBuilder";

  private Implementation() {}

  /**
   * Returns a new builder with default settings.
   *
   * @throws IllegalStateException if the entry class cannot be loaded
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
