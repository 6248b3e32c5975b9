package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A disk that knows what a power failure may leave of one file: each page that was written and not
 * fsynced, and the file that had the name before a rename that was not fsynced.
 */
final class PowerCutDisk implements Disk {

  static final int PAGE = 4096;

  /** What a power failure leaves of a page that was written and not fsynced. */
  enum Left {
    OLD,
    NEW,
    DAMAGED,
    ZEROS,
    FIRST_HALF_NEW,
    SECOND_HALF_NEW,
    FIRST_HALF_DAMAGED
  }

  /** The content of a file: what is on the disk for sure, and what the processes see. */
  private static final class Content {
    private final Object key;
    private byte[] synced = new byte[0];
    private byte[] cached;

    Content(Path file) {
      this.key = key(file);
      this.cached = bytes(file);
    }
  }

  private final Path file;

  /** What the file has, and what it had when its name was last fsynced; null: there was none. */
  private Content present;

  private Content named;

  /** A file that may get the name. */
  private Content temporary;

  /** Before each fsync. */
  Runnable onFsync = () -> {};

  /** There is no space for a second file. */
  boolean full;

  boolean fsyncFails;

  /**
   * @param file whose content is simulated; what is there now is on the disk
   */
  PowerCutDisk(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      present = new Content(file);
      present.synced = present.cached;
      named = present;
    }
  }

  private static Object key(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The disk for the next process after a kill, which leaves the file as it is. */
  PowerCutDisk afterKill() {
    look();
    PowerCutDisk next = new PowerCutDisk(file);
    next.present = present;
    next.named = named;
    return next;
  }

  private void look() {
    if (!Files.exists(file)) {
      return;
    }
    if (temporary != null && temporary.key.equals(key(file))) {
      present = temporary;
      temporary = null;
    }
    present.cached = bytes(file);
  }

  /** The files that may have the name after a power failure now. */
  private List<Content> files() {
    look();
    return Stream.of(named, present).filter(Objects::nonNull).distinct().toList();
  }

  /** Everything that a power failure may leave of the file now. */
  List<byte[]> images() {
    List<byte[]> images = new ArrayList<>();
    for (Content content : files()) {
      List<byte[]> some = List.of(content.cached);
      for (int at = 0; at < content.cached.length; at += PAGE) {
        some = withPage(some, content, at);
      }
      images.addAll(some);
    }
    return images;
  }

  /** One of them. */
  byte[] image(Random random) {
    List<Content> files = files();
    Content content = files.get(random.nextInt(files.size()));
    byte[] image = content.cached.clone();
    for (int at = 0; at < image.length; at += PAGE) {
      if (!isSynced(content, at)) {
        leave(Left.values()[random.nextInt(Left.values().length)], content, at, image);
      }
    }
    return image;
  }

  private static List<byte[]> withPage(List<byte[]> images, Content content, int at) {
    if (isSynced(content, at)) {
      return images;
    }
    List<byte[]> with = new ArrayList<>();
    for (byte[] image : images) {
      for (Left left : Left.values()) {
        byte[] next = image.clone();
        leave(left, content, at, next);
        with.add(next);
      }
    }
    return with;
  }

  private static boolean isSynced(Content content, int at) {
    byte[] synced = content.synced;
    return at + PAGE <= synced.length
        && Arrays.equals(content.cached, at, at + PAGE, synced, at, at + PAGE);
  }

  private static void leave(Left left, Content content, int at, byte[] image) {
    int half = at + PAGE / 2;
    switch (left) {
      case OLD -> old(content, at, at + PAGE, image);
      case NEW -> {}
      case DAMAGED -> Arrays.fill(image, at, at + PAGE, (byte) -1);
      case ZEROS -> Arrays.fill(image, at, at + PAGE, (byte) 0);
      case FIRST_HALF_NEW -> old(content, half, at + PAGE, image);
      case SECOND_HALF_NEW -> old(content, at, half, image);
      case FIRST_HALF_DAMAGED -> Arrays.fill(image, at, half, (byte) -1);
    }
  }

  private static void old(Content content, int from, int to, byte[] image) {
    byte[] synced = Arrays.copyOf(content.synced, Math.max(to, content.synced.length));
    System.arraycopy(synced, from, image, from, to - from);
  }

  @Override
  public void fsync(Path path, FileChannel channel) throws IOException {
    onFsync.run();
    if (full && !path.equals(file)) {
      throw new IOException("No space left on device");
    }
    if (fsyncFails) {
      throw new IOException("Input/output error");
    }
    look();
    if (!path.equals(file)) {
      temporary = new Content(path);
    }
    Content synced = path.equals(file) ? present : temporary;
    synced.synced = synced.cached;
  }

  @Override
  public void fsyncDirectory(Path directory) throws IOException {
    onFsync.run();
    if (fsyncFails) {
      throw new IOException("Input/output error");
    }
    look();
    named = present;
  }

  @Override
  public int read(Path path, FileChannel channel, ByteBuffer to, long position) throws IOException {
    return PLAIN.read(path, channel, to, position);
  }

  @Override
  public void allocate(Path path, int bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mapping map(Path path, int bytes) {
    throw new UnsupportedOperationException();
  }
}
