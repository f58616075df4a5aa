package dev.sluice.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Settings of the io_uring backend with which the suite runs once more.
 *
 * @param settings values by property
 */
record Variant(Map<String, String> settings) {
    /** A kernel that lacks what the switch turns off. */
    static Variant without(String property) {
        return new Variant(Map.of(property, "off"));
    }

    /** From the name and the value of each property in turn. */
    static Variant of(String... settings) {
        Map<String, String> byName = new TreeMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            byName.put(settings[i], settings[i + 1]);
        }
        return new Variant(byName);
    }

    /** What {@link #toString} wrote. */
    static Variant parse(String text) {
        return of(Arrays.stream(text.split("[=,]", -1)).toArray(String[]::new));
    }

    /** The settings of this process, as options for one that it starts. */
    static List<String> optionsOfThisProcess() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("sluice.uring"))
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }

    void set() {
        settings.forEach(System::setProperty);
    }

    void clear() {
        settings.keySet().forEach(System::clearProperty);
    }

    @Override
    public String toString() {
        return settings.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }
}
