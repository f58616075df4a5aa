/** Reports what its user dropped without closing it. */
@NullMarked
package dev.sluice.internal.leaks;

import org.jspecify.annotations.NullMarked;
