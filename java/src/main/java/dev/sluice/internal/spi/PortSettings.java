package dev.sluice.internal.spi;

/**
 * The limits and choices of one port, checked by the public options.
 *
 * @param maxOperations operations in flight
 * @param maxSockets sockets open on the port
 * @param maxEventsPerPoll events that one poll delivers before it looks at the kernel again
 * @param maxTurnsPerSocket receives or accepts of one socket in one poll, so that none starves
 * @param poolBuffers buffers in the pool
 * @param poolBufferBytes size of each
 * @param spins polls of the kernel without waiting before a wait blocks; negative: never block
 * @param maxTasks tasks from other threads that may wait
 */
public record PortSettings(
        int maxOperations,
        int maxSockets,
        int maxEventsPerPoll,
        int maxTurnsPerSocket,
        int poolBuffers,
        int poolBufferBytes,
        int spins,
        int maxTasks) {}
