/**
 * The epoll backend. {@link dev.sluice.internal.epoll.EpollBackend} is the loop; a class for each kind of
 * request makes its calls; {@code EpollDriver} has the epoll set.
 */
@NullMarked
package dev.sluice.internal.epoll;

import org.jspecify.annotations.NullMarked;
