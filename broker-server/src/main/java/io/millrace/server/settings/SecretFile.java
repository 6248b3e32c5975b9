package io.millrace.server.settings;

import io.millrace.protocol.FileReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file with a secret. It is refused if other users can read it, as ssh does: a key that others
 * could read must be replaced, and not only hidden.
 */
public final class SecretFile {

  private static final int GROUP_READ = 040;
  private static final int BY_OTHERS = 077;
  private static final int ROOT = 0;

  private SecretFile() {}

  /**
   * Reads the file.
   *
   * @param setting the key of the setting that names the file, for errors
   * @return the bytes, which the caller overwrites after use if they are a password
   * @throws IOException if it cannot be read, or others can read it; the message is complete
   */
  public static byte[] read(String setting, Path file) throws IOException {
    try {
      requirePrivate(setting, file);
      return Files.readAllBytes(file);
    } catch (NotPrivateException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          setting + ": the file " + file + " cannot be read: " + FileReason.of(e), e);
    }
  }

  private static final class NotPrivateException extends IOException {
    private static final long serialVersionUID = 1L;

    NotPrivateException(String message) {
      super(message);
    }
  }

  private static void requirePrivate(String setting, Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return;
    }
    Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,uid");
    int mode = (int) attributes.get("mode");
    int owner = (int) attributes.get("uid");
    if (!isPrivate(mode, owner, processUser())) {
      throw new NotPrivateException(
          setting
              + ": other users can read or change the file "
              + file
              + " (mode "
              + String.format("%04o", mode & 07777)
              + "), which has a secret; run: chmod 600 "
              + file);
    }
  }

  /**
   * Whether only the user of the process and root can use a file. The group may read a file of root
   * if the process is not root's: so Kubernetes and Debian give a key to a service.
   */
  public static boolean isPrivate(int mode, int owner, int user) {
    int allowed = owner == ROOT && user != ROOT ? GROUP_READ : 0;
    return (mode & BY_OTHERS & ~allowed) == 0;
  }

  private static int processUser() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
