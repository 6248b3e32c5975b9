package io.millrace.simulation;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.SimulatedDisk;
import java.nio.file.Files;
import java.nio.file.Path;

/** The faults of the disk, and their moments. */
final class Faults implements SimulatedDisk.Script {

  private static final int NEVER = Integer.MAX_VALUE;

  private final Runnable meanwhile;
  private final Runnable powerOff;
  private int callsToPowerOff = NEVER;
  private int forcesToFailure = NEVER;
  private boolean full;
  private boolean over;

  /** Whether any fault was injected since {@link #begin}. */
  private boolean met;

  /** Whether the log itself must, or may, have met a failed force since {@link #begin}. */
  private boolean logForceFailed;

  /** Whether the force of a directory or of the register failed, which a log's force may need. */
  private boolean namesForceFailed;

  /** The process has ended: its remaining work is ignored. */
  static final class PowerOff extends Error {
    private static final long serialVersionUID = 1;

    PowerOff() {
      super("the power is off", null, false, false);
    }
  }

  /**
   * @param meanwhile runs the work of other threads during a force
   * @param powerOff makes the next disk from this one
   */
  Faults(Runnable meanwhile, Runnable powerOff) {
    this.meanwhile = meanwhile;
    this.powerOff = powerOff;
  }

  /** A process begins. */
  void begin() {
    met = false;
    logForceFailed = false;
    namesForceFailed = false;
    over = false;
  }

  /** A process has ended. */
  void end() {
    over = true;
  }

  void powerOffAfter(int calls) {
    callsToPowerOff = calls;
  }

  void failForceAfter(int forces) {
    forcesToFailure = forces;
  }

  void full(boolean full) {
    this.full = full;
  }

  void heal() {
    full = false;
    callsToPowerOff = NEVER;
    forcesToFailure = NEVER;
  }

  boolean isFull() {
    return full;
  }

  boolean met() {
    return met;
  }

  boolean logForceFailed() {
    return logForceFailed;
  }

  boolean logMayHaveFailed() {
    return logForceFailed || namesForceFailed;
  }

  @Override
  public void allocating(Path file) {
    call();
    if (full) {
      met = true;
      throw new StorageException(ErrorCode.DISK_FULL, "the simulation's disk is full");
    }
  }

  @Override
  public void forcing(Path file) {
    call();
    if (!over) {
      meanwhile.run();
    }
  }

  @Override
  public boolean forceFails(Path file) {
    if (over || forcesToFailure-- > 0) {
      return false;
    }
    forcesToFailure = NEVER;
    met = true;
    logForceFailed |= file.toString().endsWith(".log");
    namesForceFailed |= Files.isDirectory(file) || file.endsWith("register");
    return true;
  }

  @Override
  public void forced(Path file) {
    if (!over) {
      meanwhile.run();
    }
    call();
  }

  private void call() {
    if (!over && callsToPowerOff-- == 0) {
      callsToPowerOff = NEVER;
      powerOff.run();
      throw new PowerOff();
    }
  }
}
