/** The ports of a group: the threads that poll them, and the sockets that other threads use. */
@NullMarked
package dev.sluice.internal.net.ports;

import org.jspecify.annotations.NullMarked;
