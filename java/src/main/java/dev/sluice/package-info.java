/**
 * The core: a {@link dev.sluice.CompletionPort}, its operations, sockets and options. For blocking
 * sockets on virtual threads see {@link dev.sluice.net}.
 */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
