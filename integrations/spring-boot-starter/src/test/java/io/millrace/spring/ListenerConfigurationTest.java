package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;

/** A wrong listener stops the start of the application, and the failure says what to do. */
class ListenerConfigurationTest extends StarterTest {

  private static void refused(Object bean, String... parts) {
    application()
        .withBean("wrong", Object.class, () -> bean)
        .run(
            context -> {
              assertThat(context).hasFailed();
              Throwable failure = context.getStartupFailure();
              while (failure != null && !(failure instanceof ListenerConfigurationException)) {
                failure = failure.getCause();
              }
              assertThat(failure)
                  .as("cause of %s", context.getStartupFailure())
                  .isInstanceOf(ListenerConfigurationException.class)
                  .hasMessageStartingWith("listener wrong.handle: ")
                  .hasMessageContainingAll(parts);
            });
  }

  @Test
  void aGroupIsNeeded() {
    class NoGroup {
      @MillraceListener(topics = "rides")
      void handle(String value) {}
    }
    refused(new NoGroup(), "no group", "millrace.listener.group");
  }

  @Test
  void topicsAreNeeded() {
    class NoTopics {
      @MillraceListener(group = "billing")
      void handle(String value) {}
    }
    refused(new NoTopics(), "no topics", "pattern");
  }

  @Test
  void anUnknownOrderingIsRefused() {
    class Unknown {
      @MillraceListener(topics = "rides", group = "billing", ordering = "SOURCE")
      void handle(String value) {}
    }
    refused(new Unknown(), "ordering must be one of [PARTITION, KEY, NONE], not 'SOURCE'");
  }

  @Test
  void numbersAndFlagsAreChecked() {
    class Zero {
      @MillraceListener(topics = "rides", group = "billing", concurrency = "0")
      void handle(String value) {}
    }
    class Text {
      @MillraceListener(topics = "rides", group = "billing", attempts = "often")
      void handle(String value) {}
    }
    class Flag {
      @MillraceListener(topics = "rides", group = "billing", autoStartup = "later")
      void handle(String value) {}
    }
    refused(new Zero(), "parallelism must be 1 to 1024, not 0");
    refused(new Text(), "attempts must be a number, not 'often'");
    refused(new Flag(), "autoStartup must be true or false, not 'later'");
  }

  @Test
  void anUnknownPlaceholderIsRefused() {
    class Placeholder {
      @MillraceListener(topics = "${rides.topic}", group = "billing")
      void handle(String value) {}
    }
    refused(new Placeholder(), "topics '${rides.topic}' cannot be resolved");
  }

  @Test
  void aFutureIsRefusedBecauseItsEventWouldBeCommittedTooEarly() {
    class Later {
      @MillraceListener(topics = "rides", group = "billing")
      CompletableFuture<Void> handle(String value) {
        return new CompletableFuture<>();
      }
    }
    refused(new Later(), "returns CompletableFuture", "return void");
  }

  @Test
  void parametersAreChecked() {
    class TwoPayloads {
      @MillraceListener(topics = "rides", group = "billing")
      void handle(Ride ride, Integer number) {}
    }
    class WrongHeader {
      @MillraceListener(topics = "rides", group = "billing")
      void handle(@EventHeader("trace") int trace) {}
    }
    refused(new TwoPayloads(), "2 parameters are converted");
    refused(new WrongHeader(), "wrong type", "String or byte[]");
  }

  @Test
  void aNameThatTheBrokerRefusesStopsTheStart() {
    class NoName {
      @MillraceListener(topics = "rides and bills", group = "billing")
      void handle(String value) {}
    }
    refused(new NoName(), "the broker refuses it: INVALID_TOPIC_NAME");
  }

  @Test
  void aFilterThatIsNoneStopsTheStart() {
    class NoFilter {
      @MillraceListener(topics = "rides", group = "filtering", where = "source ==")
      void handle(String value) {}
    }
    refused(new NoFilter(), "the broker refuses it: INVALID_FILTER");
  }

  @Test
  void twoListenersOfOneIdAreRefused() {
    class Twice {
      @MillraceListener(id = "wrong.handle", topics = "rides", group = "billing")
      void one(String value) {}

      @MillraceListener(id = "wrong.handle", topics = "bills", group = "billing")
      void two(String value) {}
    }
    refused(new Twice(), "two listeners with this id");
  }

  @Test
  void withoutAConverterAPayloadIsRefused() {
    class Converted {
      @MillraceListener(topics = "rides", group = "billing")
      void handle(Ride ride) {}
    }
    applicationWithoutAddress()
        .withClassLoader(new FilteredClassLoader("tools.jackson"))
        .withPropertyValues("millrace.server=" + broker.address())
        .withBean("wrong", Object.class, Converted::new)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining("there is no converter for its parameter"));
  }

  record Ride(String id) {}

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void theConsoleSaysWhatToDo(CapturedOutput output) {
    class NoGroup {
      @MillraceListener(topics = "rides")
      void handle(String value) {}
    }
    assertThatThrownBy(
            () ->
                new SpringApplicationBuilder(StarterApplication.class)
                    .web(WebApplicationType.NONE)
                    .initializers(
                        context ->
                            ((GenericApplicationContext) context)
                                .registerBean("wrong", Object.class, NoGroup::new))
                    .run("--millrace.server=" + broker.address()))
        .isInstanceOf(ListenerConfigurationException.class);
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("set group in the annotation, or the property millrace.listener.group.");
  }
}
