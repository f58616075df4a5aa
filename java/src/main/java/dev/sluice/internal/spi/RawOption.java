package dev.sluice.internal.spi;

/**
 * A socket option by the numbers of the operating system.
 *
 * @param name for messages
 * @param level of setsockopt
 * @param number of the option within its level
 */
public record RawOption(String name, int level, int number) {}
