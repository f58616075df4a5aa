package dev.sluice.cli.doctor;

/**
 * A limit of the system that programs with many connections meet.
 *
 * @param name how the system calls it
 * @param value as the system tells it
 * @param meaning what it bounds, and what to do when it is too low
 */
public record Limit(String name, String value, String meaning) {}
