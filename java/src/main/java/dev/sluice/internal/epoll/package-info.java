/**
 * Readiness made completion: a request is tried at once; would-block parks it until epoll reports the
 * edge, and then it is tried again.
 */
@NullMarked
package dev.sluice.internal.epoll;

import org.jspecify.annotations.NullMarked;
