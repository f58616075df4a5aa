/** What dev.sluice provides to the other packages of the library and not to users. */
@NullMarked
package dev.sluice.internal.access;

import org.jspecify.annotations.NullMarked;
