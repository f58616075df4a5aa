/**
 * The part of the contract that does not depend on an operating system: identity, order, exactly one
 * terminal event, deadlines, the sequence of a close, tasks from other threads. {@link
 * dev.sluice.internal.engine.Engine} lists the parts and which of them know which.
 */
@NullMarked
package dev.sluice.internal.engine;

import org.jspecify.annotations.NullMarked;
