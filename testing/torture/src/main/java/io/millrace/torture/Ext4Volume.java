package io.millrace.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * An ext4 file system in an image file, mounted through a loop device, on which a power failure can
 * be simulated. {@code FS_IOC_SHUTDOWN} without a log flush (Linux, fs/ext4/ioctl.c; xfstests use
 * it for crash tests) ends all writes at once. The next mount replays the journal, as after a power
 * failure. Needs root. Thread-safe, because shutdown hooks close it too.
 */
final class Ext4Volume implements Volume {

  private static final long IMAGE_BYTES = 1L << 30;
  private static final List<String> PROGRAMS =
      List.of("mkfs.ext4", "mount", "umount", "losetup", "perl");
  private static final int UNMOUNT_ATTEMPTS = 50;
  private static final long UNMOUNT_PAUSE_MILLIS = 100;

  /** {@code _IOR('X', 125, __u32)} with {@code EXT4_GOING_FLAGS_NOLOGFLUSH}. */
  private static final String SHUTDOWN =
      "open(my $d, '<', $ARGV[0]) or die \"$!\\n\"; my $how = pack('L', 2);"
          + " ioctl($d, 0x8004587d, $how) or die \"$!\\n\"";

  private final Path image;
  private final Path mountPoint;
  private boolean mounted;
  private boolean closed;

  private Ext4Volume(Path directory) {
    this.image = directory.resolve("ext4.img");
    this.mountPoint = directory.resolve("mnt");
  }

  /** The reason why such a volume cannot be created on this machine; empty if it can. */
  static Optional<String> unavailable() throws IOException, InterruptedException {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("it needs Linux");
    }
    for (String program : PROGRAMS) {
      if (SystemCommand.run("sh", "-c", "command -v " + program).exitCode() != 0) {
        return Optional.of("there is no " + program + " on the PATH");
      }
    }
    if (!SystemCommand.run("id", "-u").output().strip().equals("0")) {
      return Optional.of("it needs root, to mount a file system");
    }
    if (SystemCommand.run("losetup", "-f").exitCode() != 0) {
      return Optional.of("there is no free loop device (losetup -f)");
    }
    return Optional.empty();
  }

  /** Creates the file system in {@code directory} and mounts it. The caller closes the volume. */
  static Ext4Volume create(Path directory) throws IOException, InterruptedException {
    Ext4Volume volume = new Ext4Volume(directory);
    try (FileChannel file =
        FileChannel.open(volume.image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.position(IMAGE_BYTES - 1).write(ByteBuffer.allocate(1));
    }
    Files.createDirectory(volume.mountPoint);
    SystemCommand.runOrFail("mkfs.ext4", "-q", "-F", volume.image.toString());
    volume.restorePower();
    return volume;
  }

  @Override
  public Path dataDirectory() {
    return mountPoint.resolve("data");
  }

  @Override
  public boolean losesPower() {
    return true;
  }

  @Override
  public synchronized void cutPower(SplittableRandom random)
      throws IOException, InterruptedException {
    if (random.nextBoolean()) {
      writeSomeFiles(random);
    }
    SystemCommand.runOrFail("perl", "-e", SHUTDOWN, mountPoint.toString());
  }

  /**
   * Fsyncs about half of the files, because the kernel may write any dirty file at any time. After
   * the power failure, the disk can then have a later write but lack an earlier write to another
   * file.
   */
  private void writeSomeFiles(SplittableRandom random) throws IOException {
    try (Stream<Path> paths = Files.walk(dataDirectory())) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        if (random.nextBoolean()) {
          fsync(path);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void fsync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(false);
    } catch (NoSuchFileException e) {
      // The running broker has just deleted or renamed it.
    }
  }

  @Override
  public synchronized void restorePower() throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the volume is closed");
    }
    unmount();
    SystemCommand.runOrFail(
        "mount", "-t", "ext4", "-o", "loop", image.toString(), mountPoint.toString());
    mounted = true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      unmount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String whereToLook() {
    return image + " (mount -o loop,ro " + image + " " + mountPoint + ")";
  }

  /** Unmounts the file system. The kernel then frees the loop device. */
  private void unmount() throws IOException, InterruptedException {
    if (!mounted) {
      return;
    }
    int attempts = 0;
    while (SystemCommand.run("umount", mountPoint.toString()).exitCode() != 0) {
      if (++attempts == UNMOUNT_ATTEMPTS) {
        // Another process uses it. A lazy unmount completes when that process ends.
        SystemCommand.runOrFail("umount", "-l", mountPoint.toString());
        break;
      }
      Thread.sleep(UNMOUNT_PAUSE_MILLIS);
    }
    mounted = false;
  }
}
