package io.millrace.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Accepts rides over HTTP, sends them as events, and bills those that cost something. */
@SpringBootApplication
public class RideApplication {

  /** Starts the application. */
  public static void main(String[] args) {
    SpringApplication.run(RideApplication.class, args);
  }
}
