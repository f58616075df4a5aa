/** What the tests of all modules share: both modules compile this folder into their tests. */
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
