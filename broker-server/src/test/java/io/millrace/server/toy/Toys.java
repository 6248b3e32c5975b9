package io.millrace.server.toy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Installs the toy listener and the toy engine. Their classes are on the class path of every test.
 * The directory {@code toys}, whose {@code META-INF/services} names their providers, is not: it
 * stands for a jar that a user adds.
 */
public final class Toys {

  private static final Path SERVICES = Path.of("src", "test", "resources", "toys");

  private Toys() {}

  /** Runs a task in an installation with the toys. */
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
