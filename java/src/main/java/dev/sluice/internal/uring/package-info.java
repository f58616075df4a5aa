/**
 * Completion as the kernel has it: requests become entries of a submission ring, results are read
 * from a completion ring, and one system call a round both submits and waits.
 *
 * <p>The rings themselves ({@link dev.sluice.internal.uring.SubmissionQueue}, {@link
 * dev.sluice.internal.uring.CompletionQueue}, {@link dev.sluice.internal.uring.BufferRing}) know
 * nothing but memory; what an entry or a result means is in the classes named after the requests.
 */
@NullMarked
package dev.sluice.internal.uring;

import org.jspecify.annotations.NullMarked;
