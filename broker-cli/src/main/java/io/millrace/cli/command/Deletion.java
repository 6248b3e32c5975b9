package io.millrace.cli.command;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import picocli.CommandLine.Option;

/** What the commands have in common that delete something by its name. */
public final class Deletion {

  @Option(
      names = "--if-exists",
      description = "Succeed if there is none of this name. Default: that is an error.")
  private boolean ifExists;

  /**
   * Deletes, and prints what has happened.
   *
   * @param kind what is deleted, such as {@code topic}; also the name of its JSON field
   * @param unknown the code of the broker if there is none of this name
   * @param deletion the request
   * @return the exit code
   * @throws MillraceException the failure of the deletion, unless the user allows it
   */
  public int run(
      Streams streams,
      OutputOption output,
      String kind,
      String name,
      ErrorCode unknown,
      Runnable deletion)
      throws IOException {
    boolean deleted = delete(unknown, deletion);
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField(kind, name);
            json.writeBooleanField("deleted", deleted);
            json.writeEndObject();
          });
    } else {
      streams.print((deleted ? "deleted " : "there is no ") + kind + " " + name + "\n");
    }
    return ExitCode.OK;
  }

  private boolean delete(ErrorCode unknown, Runnable deletion) {
    try {
      deletion.run();
      return true;
    } catch (MillraceException e) {
      if (ifExists && e.code() == unknown) {
        return false;
      }
      throw e;
    }
  }
}
