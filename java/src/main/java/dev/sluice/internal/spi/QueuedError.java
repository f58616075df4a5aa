package dev.sluice.internal.spi;

/**
 * An error of a datagram that was sent, which the kernel queued: RECVERR.
 *
 * @param outcome what it means
 * @param nativeCode the kernel's code
 * @param destination where the datagram was to go
 * @param reporter the machine that reported it; its family is NONE if it was this one
 * @param info what the report adds: the MTU of the path if the datagram was too big
 */
public record QueuedError(
        Outcome outcome, int nativeCode, RawAddress destination, RawAddress reporter, int info) {}
