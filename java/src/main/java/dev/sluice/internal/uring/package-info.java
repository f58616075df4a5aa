/**
 * The io_uring backend. {@link dev.sluice.internal.uring.UringBackend} is the loop; a class for each kind
 * of request writes its entries and handles its results; {@code UringDriver} has the ring.
 *
 * <p>The rings themselves ({@link dev.sluice.internal.uring.SubmissionQueue}, {@link
 * dev.sluice.internal.uring.CompletionQueue}, {@code BufferRing}) know memory alone.
 */
@NullMarked
package dev.sluice.internal.uring;

import org.jspecify.annotations.NullMarked;
