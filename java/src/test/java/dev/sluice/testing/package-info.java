/** What the tests of all modules share, by the test-jar of the library. */
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
