package dev.sluice.internal.spi;

/**
 * The process at the other end of a Unix socket.
 *
 * @param pid process
 * @param uid user
 * @param gid group
 */
public record PeerIds(int pid, int uid, int gid) {}
