/**
 * The contract of the library as tests: one test a behaviour, written against the public API alone
 * and run for each backend that works here. See {@link dev.sluice.conformance.ConformanceTest} for
 * how a test is written.
 */
@NullMarked
package dev.sluice.conformance;

import org.jspecify.annotations.NullMarked;
