package io.millrace.cli.demo;

import io.millrace.cli.format.EventTime;
import java.util.Locale;
import java.util.Random;

/**
 * Generates the events of a simulated ride-hailing fleet. Each vehicle takes one ride after another
 * and reports its position. One event in twenty is late, as if the vehicle had had no connection.
 */
final class DemoFleet {

  private static final double CENTRE_LATITUDE = 52.52;
  private static final double CENTRE_LONGITUDE = 13.405;
  private static final int LATE_ONE_IN = 20;
  private static final int LATE_MICROS = 30_000_000;

  private static final class Vehicle {
    private final String name;
    private String ride;
    private int step;
    private int steps;
    private double latitude;
    private double longitude;

    private Vehicle(String name, Random random) {
      this.name = name;
      this.latitude = CENTRE_LATITUDE + random.nextGaussian() / 30;
      this.longitude = CENTRE_LONGITUDE + random.nextGaussian() / 20;
    }
  }

  private final Random random;
  private final Vehicle[] vehicles;
  private final long startMicros;
  private final double stepMicros;
  private long nowMicros;
  private int rides;
  private long events;

  /**
   * Creates a fleet. The same parameters give the same events.
   *
   * @param startMicros no event is before this time, apart from late ones
   * @param stepMicros the time that each event takes, above 0: event n, from 0, is at the time n to
   *     n + 1 steps after the start
   */
  DemoFleet(long seed, int size, long startMicros, double stepMicros) {
    this.random = new Random(seed);
    this.startMicros = startMicros;
    this.stepMicros = stepMicros;
    this.vehicles = new Vehicle[size];
    for (int i = 0; i < size; i++) {
      vehicles[i] = new Vehicle("vehicle-" + (i + 1), random);
    }
  }

  /** Generates the next event, a JSON object. */
  String next() {
    nowMicros = startMicros + (long) ((events + random.nextDouble()) * stepMicros);
    Vehicle vehicle = vehicles[random.nextInt(vehicles.length)];
    if (vehicle.step == vehicle.steps) {
      vehicle.ride = String.format(Locale.ROOT, "ride-%06d", ++rides);
      vehicle.step = 0;
      vehicle.steps = 4 + random.nextInt(12);
    }
    vehicle.latitude += random.nextGaussian() / 1000;
    vehicle.longitude += random.nextGaussian() / 1000;
    String event = event(vehicle);
    vehicle.step++;
    return event;
  }

  private String event(Vehicle vehicle) {
    boolean late = random.nextInt(LATE_ONE_IN) == 0;
    long time = late ? nowMicros - random.nextInt(LATE_MICROS) : nowMicros;
    boolean last = vehicle.step == vehicle.steps - 1;
    String what =
        switch (vehicle.step) {
          case 0 -> "requested";
          case 1 -> "accepted";
          case 2 -> "picked-up";
          default -> last ? "dropped-off" : "position";
        };
    String fare = last ? String.format(Locale.ROOT, ",\"fare\":%.2f", 3 + 2.1 * vehicle.steps) : "";
    return String.format(
        Locale.ROOT,
        "{\"ride\":\"%s\",\"vehicle\":\"%s\",\"number\":%d,\"time\":\"%s\",\"event\":\"%s\","
            + "\"latitude\":%.5f,\"longitude\":%.5f%s}",
        vehicle.ride,
        vehicle.name,
        ++events,
        EventTime.format(time),
        what,
        vehicle.latitude,
        vehicle.longitude,
        fare);
  }
}
