package dev.sluice;

/**
 * The process at the other end of a Unix socket, as it was when it connected or listened: {@link
 * SockOpt#PEERCRED}.
 *
 * @param pid its process; 0 if it is in a namespace that this process does not see
 * @param uid its effective user
 * @param gid its effective group
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SO_PEERCRED</a>
 */
public record PeerCredentials(int pid, int uid, int gid) {}
