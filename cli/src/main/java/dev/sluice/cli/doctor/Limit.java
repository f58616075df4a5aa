package dev.sluice.cli.doctor;

/**
 * A limit of the system that programs with many connections meet.
 *
 * @param name the name that the system uses
 * @param value as the system writes it
 * @param meaning what it bounds, and what to do when it is too low
 */
public record Limit(String name, String value, String meaning) {}
