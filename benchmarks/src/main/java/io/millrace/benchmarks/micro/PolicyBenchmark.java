package io.millrace.benchmarks.micro;

import io.millrace.security.AccessState;
import io.millrace.security.AllowedSources;
import io.millrace.security.Operation;
import io.millrace.security.Policy;
import io.millrace.security.Principal;
import io.millrace.security.Resource;
import io.millrace.security.Rule;
import io.millrace.security.RuleText;
import io.millrace.security.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the decisions of a policy for a PRODUCE request, with different numbers of rules. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyBenchmark {

  /** The number of rules. All are for one user: half of them names, half prefixes. */
  @Param({"1", "100", "10000"})
  public int rules;

  private AccessState state;
  private Policy policy;
  private Principal byName;
  private Principal byRole;
  private Principal limited;
  private String exactName;
  private String prefixedName;

  /** Compiles the policy. */
  @Setup
  public void prepare() {
    List<Rule> all = new ArrayList<>();
    all.add(RuleText.parse("alice", "write topic:rides*"));
    for (int i = 1; i < rules; i++) {
      all.add(RuleText.parse("alice", "write topic:topic-" + i + (i % 2 == 0 ? "*" : "")));
    }
    all.add(RuleText.parse("vehicle-17", "write topic:rides source:$principal"));
    state =
        AccessState.empty(new byte[32])
            .withRules(all)
            .withUsers(
                new TreeMap<>(Map.of("bob", new User("bob", Set.of("producer"), true, List.of()))));
    policy = new Policy(state, 1);
    byName = new Principal("alice");
    byRole = new Principal("bob");
    limited = new Principal("vehicle-17");
    exactName = "topic-" + Math.max(1, (rules / 2) | 1);
    prefixedName = "rides-eu";
  }

  /** The name of the topic is in a rule. */
  @Benchmark
  public boolean exact() {
    return policy.allows(byName, Operation.WRITE, Resource.topic(exactName));
  }

  /** The name of the topic begins with a prefix. */
  @Benchmark
  public boolean prefix() {
    return policy.allows(byName, Operation.WRITE, Resource.topic(prefixedName));
  }

  /** A role of the user allows it. */
  @Benchmark
  public boolean role() {
    return policy.allows(byRole, Operation.WRITE, Resource.topic(prefixedName));
  }

  /** What PRODUCE asks: the permission, and whether a rule limits the sources. */
  @Benchmark
  public boolean produce() {
    return policy.allows(byName, Operation.WRITE, Resource.topic(prefixedName))
        && policy.sourcesOf(byName, prefixedName).isAny();
  }

  /** As {@link #produce}, of a principal that may write events of one source only. */
  @Benchmark
  public AllowedSources limitedProduce() {
    return policy.allows(limited, Operation.WRITE, Resource.topic("rides"))
        ? policy.sourcesOf(limited, "rides")
        : null;
  }

  /** After a change: all rules are compiled again. */
  @Benchmark
  public Policy compile() {
    return new Policy(state, 2);
  }
}
