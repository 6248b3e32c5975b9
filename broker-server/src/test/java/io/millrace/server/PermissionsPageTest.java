package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.Api;
import io.millrace.security.Operation;
import io.millrace.security.PermissionText;
import io.millrace.security.Resource.Kind;
import io.millrace.security.RuleText;
import io.millrace.security.ShippedRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of permissions in the pages are those of the code. */
class PermissionsPageTest {

  private static final Pattern RULES = Pattern.compile("```rule\n(.*?)```", Pattern.DOTALL);

  /** The rows of the table that begins with a head. */
  private static List<List<String>> table(String page, String head) throws IOException {
    String text = Files.readString(Path.of("../docs").resolve(page));
    assertThat(text).contains(head);
    return text.substring(text.indexOf(head))
        .lines()
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  private static Stream<Api> requests() {
    return Arrays.stream(Api.values()).filter(api -> !api.isPush());
  }

  @Test
  void theProtocolListsThePermissionsOfEveryApi() throws IOException {
    List<List<String>> expected =
        requests()
            .map(
                api -> {
                  List<String> needed = ApiPermissions.of(api).permissions();
                  String text =
                      needed.stream()
                          .map(each -> "`" + each + "`")
                          .collect(Collectors.joining(", "));
                  return List.of(api.name(), needed.isEmpty() ? "none" : text);
                })
            .toList();
    assertThat(table("protocol.md", "| Api | Permissions | More |"))
        .extracting(row -> row.subList(0, 2))
        .isEqualTo(expected);
  }

  @Test
  void thePageOfSecurityListsEveryOperationWithItsApis() throws IOException {
    List<List<String>> expected = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (Kind kind : Kind.values()) {
        if (operation.appliesTo(kind)) {
          expected.add(
              List.of(
                  "`" + operation.text() + "`",
                  kind.text(),
                  requests()
                      .filter(api -> needs(api, operation, kind))
                      .map(Api::name)
                      .collect(Collectors.joining(", "))));
        }
      }
    }
    assertThat(table("security.md", "| Operation | On | Allows to | Apis |"))
        .extracting(row -> List.of(row.get(0), row.get(1), sorted(row.get(3))))
        .containsExactlyInAnyOrderElementsOf(
            expected.stream()
                .map(row -> List.of(row.get(0), row.get(1), sorted(row.get(2))))
                .toList());
  }

  private static boolean needs(Api api, Operation operation, Kind kind) {
    return ApiPermissions.of(api).permissions().stream()
        .map(PermissionText::parse)
        .anyMatch(each -> each.operation() == operation && each.kind() == kind);
  }

  private static String sorted(String names) {
    return Arrays.stream(names.split(", ")).sorted().collect(Collectors.joining(", "));
  }

  @Test
  void thePageOfSecurityListsTheRolesOfEveryBroker() throws IOException {
    assertThat(table("security.md", "| Role | For | Permissions |"))
        .extracting(row -> List.of(row.get(0), row.get(2)))
        .isEqualTo(
            Arrays.stream(ShippedRole.values())
                .map(
                    role ->
                        List.of(
                            "`" + role.text() + "`",
                            role.permissions().stream()
                                .map(each -> "`" + PermissionText.format(each) + "`")
                                .collect(Collectors.joining(", "))))
                .toList());
  }

  @Test
  void theRulesOfThePageAreRules() throws IOException {
    Matcher examples = RULES.matcher(Files.readString(Path.of("../docs/security.md")));
    assertThat(examples.find()).isTrue();
    List<String> rules = examples.group(1).lines().toList();
    assertThat(rules).hasSizeGreaterThan(5);
    for (String rule : rules) {
      String[] parts = rule.split(" ", 2);
      assertThat(RuleText.format(RuleText.parse(parts[0], parts[1]))).isEqualTo(rule);
    }
  }
}
