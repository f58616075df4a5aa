package dev.sluice.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The numbers of packets that arrived, as ranges; the lowest are forgotten, so that a sender cannot fill the memory. */
final class PacketRanges {
    private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

    /** Adds a number; returns false if it is there already. */
    boolean add(long number) {
        Map.Entry<Long, Long> below = lastByFirst.floorEntry(number);
        if (below != null && number <= below.getValue()) {
            return false;
        }
        boolean joinsBelow = below != null && below.getValue() == number - 1;
        long first = joinsBelow ? below.getKey() : number;
        Long above = lastByFirst.remove(number + 1);
        lastByFirst.put(first, above == null ? number : above);
        if (lastByFirst.size() > BulkPacket.MAX_RANGES) {
            lastByFirst.pollFirstEntry();
        }
        return true;
    }

    /** Returns the ranges, the highest first. */
    List<BulkPacket.Range> ranges() {
        List<BulkPacket.Range> ranges = new ArrayList<>(lastByFirst.size());
        lastByFirst.descendingMap()
                .forEach((first, last) -> ranges.add(new BulkPacket.Range(first, last)));
        return ranges;
    }
}
