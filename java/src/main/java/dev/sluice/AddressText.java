package dev.sluice;

import java.nio.charset.StandardCharsets;

/** How addresses are written. */
final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    static String ipv4(long bits) {
        return (bits >>> 24 & 255)
                + "."
                + (bits >>> 16 & 255)
                + "."
                + (bits >>> 8 & 255)
                + "."
                + (bits & 255);
    }

    /**
     * RFC 5952: lower case, no leading zeroes, the longest run of two or more zero groups as "::",
     * and the IPv4 address within an IPv6 one as such.
     */
    static String ipv6(long high, long low) {
        if (high == 0 && low >>> 32 == 0xFFFF) {
            return "::ffff:" + ipv4(low);
        }
        int runStart = -1;
        int runLength = 1;
        int start = 0;
        for (int i = 0; i < GROUPS; i++) {
            if (group(high, low, i) != 0) {
                start = i + 1;
            } else if (i + 1 - start > runLength) {
                runStart = start;
                runLength = i + 1 - start;
            }
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < GROUPS) {
            if (i == runStart) {
                text.append("::");
                i += runLength;
                continue;
            }
            boolean afterRun = runStart >= 0 && i == runStart + runLength;
            if (i > 0 && !afterRun) {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
            i++;
        }
        return text.toString();
    }

    private static int group(long high, long low, int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xFFFF;
    }

    static String unix(byte[] path) {
        if (path.length == 0) {
            return "(unnamed)";
        }
        if (path[0] == 0) {
            return "@" + new String(path, 1, path.length - 1, StandardCharsets.UTF_8);
        }
        String text = new String(path, StandardCharsets.UTF_8);
        // A file named @x of the working folder, told from the abstract name x.
        return path[0] == '@' ? "./" + text : text;
    }
}
