package io.millrace.cli.acl;

import io.millrace.client.AccessRule;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name a rule, or ask for one. */
public final class RuleArguments {

  @Parameters(
      index = "0",
      paramLabel = "PRINCIPAL",
      description = "Name of a user, role:NAME, or '*' for every client with a credential.")
  private String principal;

  @Parameters(
      index = "1",
      paramLabel = "OPERATION",
      description =
          "read, write, create, alter, delete or describe for topics; join, alter, reset, delete or"
              + " describe for groups; admin, describe or metrics for the broker.")
  private String operation;

  @Parameters(
      index = "2",
      paramLabel = "RESOURCE",
      description = "topic:NAME, topic:PREFIX*, group:NAME, group:PREFIX* or broker.")
  private String resource;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      description =
          "With write: the source of the events, as NAME, PREFIX* or $$principal for the name of the"
              + " principal. Default: any source.")
  private String source;

  /** The rule that they name. */
  AccessRule rule() {
    String ofSource = source == null ? "" : " source:" + source;
    return new AccessRule(principal, operation + " " + resource + ofSource);
  }

  String principal() {
    return principal;
  }

  String operation() {
    return operation;
  }

  String resource() {
    return resource;
  }

  Optional<String> source() {
    return Optional.ofNullable(source);
  }
}
