/* abs(3) by JNI: what dev.sluice.bench.jmh compares a downcall with. */
#include <jni.h>
#include <stdlib.h>

JNIEXPORT jint JNICALL Java_dev_sluice_bench_jmh_JniTwin_abs(JNIEnv *env, jclass class, jint value);

JNIEXPORT jint JNICALL Java_dev_sluice_bench_jmh_JniTwin_abs(JNIEnv *env, jclass class, jint value) {
    (void)env;
    (void)class;
    return abs(value);
}
