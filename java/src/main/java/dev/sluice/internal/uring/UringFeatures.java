package dev.sluice.internal.uring;

import dev.sluice.internal.spi.NativeFailure;

/**
 * The features of io_uring that one port uses: those that the kernel has, without those that are
 * switched off.
 *
 * @param deferTaskrun true if a platform thread gets a ring of its own kind
 * @param registeredRing true if the ring's descriptor is registered
 * @param multishotPoll true if one entry reports each change of readiness
 * @param multishotAccept true if one entry accepts many connections
 * @param bufferRing true if the kernel picks the buffers of pooled receives
 * @param multishotReceive true if one entry receives many times; needs the buffer ring
 * @param zeroCopyBytes from how many bytes on a send is zero-copy; 0 for never
 */
record UringFeatures(
        boolean deferTaskrun,
        boolean registeredRing,
        boolean multishotPoll,
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
                uses(found, UringFeature.MULTISHOT_POLL),
                uses(found, UringFeature.MULTISHOT_ACCEPT),
                bufferRing,
                bufferRing && uses(found, UringFeature.MULTISHOT_RECEIVE),
                uses(found, UringFeature.ZERO_COPY_SEND) ? zeroCopyThreshold() : 0);
    }

    static boolean uses(UringProbe.Found found, UringFeature feature) {
        return found.has(feature) && feature.switchedOffBy().isEmpty();
    }

    /**
     * Returns from how many bytes on a send is zero-copy. The default is never: on the loopback, where it
     * could be measured, the kernel copies all the same, and the second completion costs time.
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
