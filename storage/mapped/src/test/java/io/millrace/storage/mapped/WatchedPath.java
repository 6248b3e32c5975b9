package io.millrace.storage.mapped;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Iterator;

/** The paths of a {@link WatchedFileSystem}: each forwards to a path of the real file system. */
final class WatchedPath {

  private WatchedPath() {}

  static Path of(Path real, WatchedFileSystem files) {
    return (Path)
        Proxy.newProxyInstance(
            WatchedPath.class.getClassLoader(),
            new Class<?>[] {Path.class, Forwarded.class},
            (proxy, method, arguments) -> call(real, files, method, arguments));
  }

  /** The path of the real file system behind a path; the same path if there is none. */
  static Path real(Path path) {
    return path instanceof Forwarded forwarded ? forwarded.real() : path;
  }

  interface Forwarded {
    Path real();
  }

  private static Object call(Path real, WatchedFileSystem files, Method method, Object[] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "real":
        return real;
      case "getFileSystem":
        return files;
      case "toFile":
        files.touched("toFile", real);
        return real.toFile();
      case "toRealPath":
        files.touched("toRealPath", real);
        break;
      case "iterator":
        return names(real, files);
      default:
        break;
    }
    Object[] unwrapped = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < unwrapped.length; i++) {
      unwrapped[i] = unwrapped[i] instanceof Path path ? real(path) : unwrapped[i];
    }
    try {
      Object result = method.invoke(real, unwrapped);
      return result instanceof Path path ? of(path, files) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Iterator<Path> names(Path real, WatchedFileSystem files) {
    Iterator<Path> names = real.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return names.hasNext();
      }

      @Override
      public Path next() {
        return of(names.next(), files);
      }
    };
  }
}
