package dev.sluice.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A call of a C function that does nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Downcall {
    private int value = -7;

    /** What JMH itself costs. */
    @Benchmark
    public int java() {
        return Math.abs(value);
    }

    /** FFM without options. */
    @Benchmark
    public int ffmPlain() throws Throwable {
        return (int) CFunctions.ABS_PLAIN.invokeExact(value);
    }

    /** FFM, with errno saved after the call. */
    @Benchmark
    public int ffmCaptured() throws Throwable {
        return (int) CFunctions.ABS_CAPTURED.invokeExact(CFunctions.STATE, value);
    }

    /** FFM, without leaving the Java state. */
    @Benchmark
    public int ffmCritical() throws Throwable {
        return (int) CFunctions.ABS_CRITICAL.invokeExact(value);
    }

    /** FFM with both options. */
    @Benchmark
    public int ffmCriticalCaptured() throws Throwable {
        return (int) CFunctions.ABS_CRITICAL_CAPTURED.invokeExact(CFunctions.STATE, value);
    }

    /** JNI. */
    @Benchmark
    public int jni() {
        return JniTwin.abs(value);
    }
}
