package io.millrace.server.toy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The plugs of the tests. They are on the class path of every test, but only the services that
 * {@code toys/META-INF/services} names, as the jar of a plug would; that directory is not.
 */
public final class Toys {

  private static final Path SERVICES = Path.of("src", "test", "resources", "toys");

  private Toys() {}

  /** Does something in an installation that has the toys. */
  public static <T> T installed(Supplier<T> task) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader withToys = new URLClassLoader(new URL[] {services()}, before)) {
      thread.setContextClassLoader(withToys);
      return task.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL services() throws MalformedURLException {
    return SERVICES.toUri().toURL();
  }
}
