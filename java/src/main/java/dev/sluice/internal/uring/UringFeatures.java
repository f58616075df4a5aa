package dev.sluice.internal.uring;

import dev.sluice.internal.spi.NativeFailure;

/**
 * What one port uses of io_uring: what the kernel was found to have, less what is switched off.
 *
 * @param deferTaskrun whether a platform thread gets a ring of its own kind
 * @param registeredRing whether the ring's descriptor is registered
 * @param multishotAccept whether one request takes many connections
 * @param bufferRing whether the kernel picks the buffers of pooled receives
 * @param multishotReceive whether one request receives many times; needs the buffer ring
 * @param zeroCopyBytes sends of at least so many bytes are zero-copy; 0 for none
 */
record UringFeatures(
        boolean deferTaskrun,
        boolean registeredRing,
        boolean multishotAccept,
        boolean bufferRing,
        boolean multishotReceive,
        int zeroCopyBytes) {

    static UringFeatures ofThisPort() throws NativeFailure {
        UringProbe.Found found = UringProbe.found();
        boolean bufferRing = uses(found, UringFeature.BUFFER_RING);
        return new UringFeatures(
                uses(found, UringFeature.DEFER_TASKRUN),
                uses(found, UringFeature.REGISTERED_RING),
                uses(found, UringFeature.MULTISHOT_ACCEPT),
                bufferRing,
                bufferRing && uses(found, UringFeature.MULTISHOT_RECEIVE),
                uses(found, UringFeature.ZERO_COPY_SEND) ? zeroCopyThreshold() : 0);
    }

    private static boolean uses(UringProbe.Found found, UringFeature feature) {
        return found.has(feature) && feature.switchedOffBy().isEmpty();
    }

    /**
     * Bytes from which a send is zero-copy: only what is set, since on the loopback, where it could be
     * measured, the kernel copies all the same and the second completion is a loss.
     */
    private static int zeroCopyThreshold() {
        String set = UringFeature.ZERO_COPY_SEND.setting();
        if (set.isEmpty()) {
            return 0;
        }
        try {
            return Math.max(1, Integer.parseInt(set));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    UringFeature.ZERO_COPY_SEND.property()
                            + " is "
                            + set
                            + ": use off, or the number of bytes from which a send is zero-copy",
                    notANumber);
        }
    }
}
