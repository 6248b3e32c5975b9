package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.LogRegister;
import java.nio.file.Path;

/**
 * The files that the logs of a storage share.
 *
 * @param logs the directory that contains the logs' directories
 */
record StorageFiles(Path logs, Disk disk, EpochCounter epochs, LogRegister register) {}
