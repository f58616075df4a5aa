package dev.sluice.internal.uring;

/** A first-in first-out queue of longs, which grows by doubling and never shrinks. */
final class LongQueue {
    private long[] words = new long[16];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(long word) {
        if (size == words.length) {
            grow();
        }
        words[(head + size++) & (words.length - 1)] = word;
    }

    long first() {
        assert size > 0 : "the queue is empty";
        return words[head];
    }

    long remove() {
        long word = first();
        head = (head + 1) & (words.length - 1);
        size--;
        return word;
    }

    private void grow() {
        long[] longer = new long[words.length * 2];
        int tail = words.length - head;
        System.arraycopy(words, head, longer, 0, tail);
        System.arraycopy(words, 0, longer, tail, head);
        words = longer;
        head = 0;
    }
}
