/** Whether JDK Flight Recorder is there, and whether it records. */
@NullMarked
package dev.sluice.internal.recording;

import org.jspecify.annotations.NullMarked;
