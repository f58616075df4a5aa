package dev.sluice.bench.peers;

/** The bytes that a peer has asked for: numbers of {@link Task#COUNT_BYTES} bytes, one after the other. */
final class Demand {
    private long number; // filled as far as bytes have come
    private int numberBytes;
    private boolean whole;

    /** Adds a byte of the number. A peer asks again only once it has all that it asked for. */
    void add(byte next) {
        if (whole) {
            throw new IllegalStateException("a number while one is being served");
        }
        number = number << Byte.SIZE | Byte.toUnsignedLong(next);
        numberBytes++;
        whole = numberBytes == Task.COUNT_BYTES;
    }

    /** True if a number has come and was not served. */
    boolean isWhole() {
        return whole;
    }

    long number() {
        return number;
    }

    /** Begins the next number. */
    void served() {
        number = 0;
        numberBytes = 0;
        whole = false;
    }
}
