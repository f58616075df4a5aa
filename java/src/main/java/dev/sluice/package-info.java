/**
 * The public core: a completion port, its operations, sockets, options and statuses.
 */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
