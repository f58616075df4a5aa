package dev.sluice.net;

import dev.sluice.Address;

/**
 * A datagram that was received.
 *
 * @param length the number of its bytes in the buffer
 * @param source the address of its sender
 * @param truncated true if it was longer than the buffer; the rest is lost
 */
public record Datagram(int length, Address source, boolean truncated) {}
