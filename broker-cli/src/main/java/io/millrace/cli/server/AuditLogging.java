package io.millrace.cli.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.LoggerFactory;

/**
 * Gives the audit log its file: adds {@code config/logback-audit.xml} to the configuration of
 * logback. Not loaded without an audit log.
 */
final class AuditLogging {

  private static final String FILE = "logback-audit.xml";

  private AuditLogging() {}

  /**
   * Adds the file, unless the logging has an appender for the audit log.
   *
   * @param dataDir created with its directory {@code audit}, because the appender would create them
   *     so that others can read them; the file is made with the first line
   */
  static void configure(Path dataDir) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger audit = context.getLogger("millrace.audit");
    if (audit.iteratorForAppenders().hasNext()) {
      return;
    }
    Path directory = dataDir.resolve("audit").toAbsolutePath().normalize();
    create(directory);
    context.putProperty("auditDirectory", directory.toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration());
    } catch (JoranException | MalformedURLException e) {
      LoggerFactory.getLogger(AuditLogging.class).warn("event=audit_logging_failed", e);
    }
  }

  /** If this fails, the start of the storage says why. */
  private static void create(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      LoggerFactory.getLogger(AuditLogging.class).debug("event=audit_directory_failed", e);
    }
  }

  /** That of the installation, else that of the jar. */
  private static URL configuration() throws MalformedURLException {
    String home = System.getProperty("millrace.home");
    if (home != null && Files.isReadable(Path.of(home, "config", FILE))) {
      return Path.of(home, "config", FILE).toUri().toURL();
    }
    return AuditLogging.class.getClassLoader().getResource(FILE);
  }
}
