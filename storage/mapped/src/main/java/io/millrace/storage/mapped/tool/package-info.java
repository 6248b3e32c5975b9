/**
 * Offline tools for logs that no broker uses: {@link io.millrace.storage.mapped.tool.LogInspector}
 * shows the files of a log, {@link io.millrace.storage.mapped.tool.LogVerification} checks them,
 * and {@link io.millrace.storage.mapped.tool.LogRepair} repairs them. {@link
 * io.millrace.storage.mapped.tool.StateInspector} reads the states beside the logs. All but the
 * repair only read.
 */
package io.millrace.storage.mapped.tool;
