package dev.sluice.internal.spi;

/**
 * One thing that a backend offers on this machine, or why it does not.
 *
 * @param name the name of the feature in the words of the field
 * @param available true if it works here
 * @param detail how that was found, or the cause of the refusal
 */
public record Feature(String name, boolean available, String detail) {}
