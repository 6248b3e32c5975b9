package io.millrace.sample;

/**
 * A ride that a passenger has ordered.
 *
 * @param id the name of the ride, and the key of its event
 * @param fare the price in euros
 */
public record AcceptedRide(String id, double fare) {}
