package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import io.millrace.storage.LogSettings;
import java.util.concurrent.Executor;

/**
 * What a log works with.
 *
 * @param background where segments are prepared and finished
 */
record LogParts(
    LogId id,
    LogSettings settings,
    LogDirectory directory,
    EpochCounter epochs,
    Disk disk,
    MappingLimit mappingLimit,
    Executor background) {}
