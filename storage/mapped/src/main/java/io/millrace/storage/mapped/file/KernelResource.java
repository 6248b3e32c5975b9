package io.millrace.storage.mapped.file;

/**
 * What an open or a mapping takes from the operating system besides disk space. If there is none
 * left, the call has changed nothing, and the same call succeeds later.
 */
enum KernelResource {
  /** EMFILE: the limit of this process. */
  OPEN_FILES {
    @Override
    String text() {
      return "this process has as many files open as it may"
          + number(ProcessLimits.openFiles())
          + "; raise the hard limit with ulimit -n, or LimitNOFILE of the systemd unit";
    }
  },

  /** ENFILE: the limit of the machine. */
  OPEN_FILES_OF_THE_SYSTEM {
    @Override
    String text() {
      return "the whole system has as many files open as it may; raise fs.file-max with sysctl";
    }
  },

  /** ENOMEM: the limit of memory maps of this process, or memory of the kernel. */
  MEMORY_MAPS {
    @Override
    String text() {
      return "this process has as many memory maps as it may"
          + number(ProcessLimits.memoryMaps())
          + ", or the kernel has no memory left; raise vm.max_map_count with sysctl, or free memory";
    }
  };

  /** What is missing and what raises the limit, as a part of a sentence. */
  abstract String text();

  private static String number(long limit) {
    return limit < 0 ? "" : " (" + limit + ")";
  }

  /**
   * The resource that an error is about, or null if it is about none.
   *
   * @param error the text of the operating system
   */
  static KernelResource missing(String error) {
    if (error.contains("Too many open files in system")) {
      return OPEN_FILES_OF_THE_SYSTEM;
    }
    if (error.contains("Too many open files")) {
      return OPEN_FILES;
    }
    // The second is the text of the JDK for an mmap(2) that has failed with ENOMEM.
    boolean maps = error.contains("Cannot allocate memory") || error.contains("Map failed");
    return maps ? MEMORY_MAPS : null;
  }
}
