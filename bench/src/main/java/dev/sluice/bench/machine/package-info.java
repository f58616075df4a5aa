/**
 * What a measurement asks of the operating system: CPU time of processes, processors that threads
 * are bound to, memory, context switches, and how busy the machine is.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.bench.machine;
