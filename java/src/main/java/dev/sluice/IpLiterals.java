package dev.sluice;

import dev.sluice.internal.spi.RawAddress;

/**
 * Reads IP addresses as RFC 4291, section 2.2, and dotted decimals write them, and in no other
 * spelling: octal, hexadecimal and shortened IPv4 forms mean different hosts to different programs.
 */
final class IpLiterals {
    private static final int OCTETS = 4;
    private static final int MAX_OCTET = 255;
    private static final int GROUPS = 8;
    private static final int MAX_GROUP_DIGITS = 4;

    private IpLiterals() {}

    /**
     * Reads an IPv4 address.
     *
     * @return its 32 bits, or -1 if it is none
     */
    static long ipv4(String text) {
        String[] octets = text.split("\\.", -1);
        if (octets.length != OCTETS) {
            return -1;
        }
        long bits = 0;
        for (String octet : octets) {
            boolean number =
                    !octet.isEmpty() && octet.length() <= 3
                            && octet.chars().allMatch(IpLiterals::isDigit);
            boolean octal = octet.length() > 1 && octet.charAt(0) == '0';
            if (!number || octal || Integer.parseInt(octet) > MAX_OCTET) {
                return -1;
            }
            bits = bits << 8 | Integer.parseInt(octet);
        }
        return bits;
    }

    /** Whether octets with a leading zero are all that is wrong with an IPv4 address. */
    static boolean hasLeadingZeros(String text) {
        return ipv4(text) < 0 && ipv4(text.replaceAll("(?<![0-9])0+(?=[0-9])", "")) >= 0;
    }

    /**
     * Reads an IPv6 address without a scope.
     *
     * @param into gets its 128 bits
     * @return false if it is none
     */
    static boolean ipv6(String text, RawAddress into) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = text.startsWith("::") ? 0 : -1;
        int at = gap == 0 ? 2 : 0;
        while (at < text.length()) {
            int colon = text.indexOf(':', at);
            int end = colon < 0 ? text.length() : colon;
            int read = group(text.substring(at, end), colon < 0, groups, count);
            if (read == 0) {
                return false;
            }
            count += read;
            at = end;
            if (colon >= 0) {
                at++;
                boolean another = text.startsWith(":", at);
                if (at == text.length() || (another && gap >= 0)) {
                    return false;
                }
                gap = another ? count : gap;
                at += another ? 1 : 0;
            }
        }
        if (gap < 0 ? count != GROUPS : count == GROUPS) {
            return false;
        }
        spread(groups, count, gap, into);
        return true;
    }

    /** Reads one group, or the two of an IPv4 address at the end; returns how many, 0 for none. */
    private static int group(String text, boolean last, int[] groups, int count) {
        if (last && text.indexOf('.') >= 0) {
            long bits = ipv4(text);
            if (bits < 0 || count > GROUPS - 2) {
                return 0;
            }
            groups[count] = (int) (bits >>> 16);
            groups[count + 1] = (int) (bits & 0xFFFF);
            return 2;
        }
        boolean fits = !text.isEmpty() && text.length() <= MAX_GROUP_DIGITS && count < GROUPS;
        if (!fits || !text.chars().allMatch(IpLiterals::isHexDigit)) {
            return 0;
        }
        groups[count] = Integer.parseInt(text, 16);
        return 1;
    }

    /** Puts zeros into the gap. */
    private static void spread(int[] groups, int count, int gap, RawAddress into) {
        into.high = 0;
        into.low = 0;
        int zeros = GROUPS - count;
        for (int i = 0; i < GROUPS; i++) {
            boolean zero = gap >= 0 && i >= gap && i < gap + zeros;
            int from = gap >= 0 && i >= gap ? i - zeros : i;
            long bits = zero ? 0 : groups[from];
            if (i < GROUPS / 2) {
                into.high = into.high << 16 | bits;
            } else {
                into.low = into.low << 16 | bits;
            }
        }
    }

    /** Of ASCII: Character.isDigit takes the digits of all scripts. */
    static boolean isDigit(int unit) {
        return unit >= '0' && unit <= '9';
    }

    private static boolean isHexDigit(int unit) {
        return isDigit(unit) || (unit >= 'a' && unit <= 'f') || (unit >= 'A' && unit <= 'F');
    }
}
