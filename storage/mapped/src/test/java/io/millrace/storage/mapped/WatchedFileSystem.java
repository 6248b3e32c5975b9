package io.millrace.storage.mapped;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The real file system, which records each call that one thread makes to it. Only a write to an
 * open file is not recorded: it goes into the page cache.
 *
 * <p>A mapping is recorded by the {@code toFile} of its path. Page faults are not seen.
 */
final class WatchedFileSystem extends FileSystem {

  private static final FileSystem REAL = FileSystems.getDefault();

  private final WatchedProvider provider = new WatchedProvider(this);
  private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
  private volatile Thread watched;

  /** Runs before each write at a position of a file. */
  volatile Runnable onWrite = () -> {};

  Path path(Path real) {
    return WatchedPath.of(real, this);
  }

  /** Records the calls of a thread from now on. */
  void watch(Thread thread) {
    watched = thread;
  }

  /** The calls of the watched thread so far: the name of the call and of the file. */
  Set<String> calls() {
    return Set.copyOf(calls);
  }

  /** The present thread makes a call that may wait for a device. */
  void touched(String call, Path file) {
    if (Thread.currentThread() == watched) {
      calls.add(call + " " + file.getFileName());
    }
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("the default file system stays open");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return REAL.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return REAL.getRootDirectories();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return REAL.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return REAL.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return path(REAL.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return REAL.getPathMatcher(syntaxAndPattern);
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return REAL.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() throws IOException {
    return REAL.newWatchService();
  }
}
