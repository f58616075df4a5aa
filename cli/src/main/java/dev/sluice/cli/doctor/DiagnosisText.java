package dev.sluice.cli.doctor;

import dev.sluice.Capabilities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A diagnosis as text, for a terminal of 96 columns. */
final class DiagnosisText {
    private static final int WIDTH = 96;
    private static final int INDENT = 11;

    private final Diagnosis diagnosis;
    private final List<String> lines = new ArrayList<>();

    DiagnosisText(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    List<String> lines() {
        addHost();
        addBackends();
        addLimits();
        addTools();
        return List.copyOf(lines);
    }

    private void addHost() {
        Host host = diagnosis.host();
        add("System", joined(host.kernel(), host.distribution(), host.architecture()));
        String processors = host.processors() == 1
                ? "1 processor"
                : host.processors()
                        + " processors";
        add("", joined(processors, host.processor()));
        add("", Sizes.of(host.memoryBytes()) + " of memory, " + Sizes.of(host.freeMemoryBytes())
                + " free");
        add("Java", host.java() + " (" + host.javaVendor() + ")");
        add("", host.javaHome());
    }

    private static String joined(String... parts) {
        return String.join(", ", Stream.of(parts).filter(part -> !part.isEmpty()).toList());
    }

    private void addBackends() {
        lines.add("");
        String title = "Backends";
        for (Capabilities.Support backend : diagnosis.backends()) {
            add(title, pad(backend.backend().toString(), 10)
                    + (backend.available() ? "yes" : "no   " + backend.cause()), 15);
            title = "";
            for (Capabilities.Feature feature : backend.features()) {
                add("", "  " + (feature.available() ? "+ " : "- ") + feature.name() + ": "
                        + feature.detail(), 4);
            }
        }
        DefaultChoice choice = diagnosis.choice();
        add("Default", diagnosis.hasBackend()
                ? choice.backend() + ", " + choice.reason()
                : "none: " + choice.reason());
    }

    private void addLimits() {
        lines.add("");
        if (diagnosis.limits().isEmpty()) {
            add("Limits", "not readable: this system has no /proc");
            return;
        }
        int names = longest(diagnosis.limits().stream().map(Limit::name));
        int values = longest(diagnosis.limits().stream().map(Limit::value));
        String title = "Limits";
        for (Limit limit : diagnosis.limits()) {
            add(title, pad(limit.name(), names) + "  " + pad(limit.value(), values) + "  "
                    + limit.meaning(), names + values + 4);
            title = "";
        }
    }

    private void addTools() {
        lines.add("");
        int places = longest(diagnosis.tools().stream().map(DiagnosisText::place));
        String title = "Tools";
        for (Tool tool : diagnosis.tools()) {
            add(title, pad(tool.name(), 10) + "  " + pad(place(tool), places) + "  "
                    + tool.purpose(), places + 14);
            title = "";
        }
        add("", "Sluice runs without them; a test or command that needs one names it.");
    }

    private static String place(Tool tool) {
        return tool.path().map(Path::toString).orElse("missing");
    }

    private static int longest(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private void add(String title, String text) {
        add(title, text, 0);
    }

    /** Adds a line behind the title; what is too long continues below, indented further. */
    private void add(String title, String text, int hanging) {
        String start = pad(title, INDENT);
        String rest = text;
        int room = WIDTH - INDENT;
        while (rest.length() > room) {
            int cut = rest.lastIndexOf(' ', room);
            if (cut <= 0 || rest.substring(0, cut).isBlank()) {
                break; // One word that has no room anywhere: a path, say.
            }
            lines.add((start + rest.substring(0, cut)).stripTrailing());
            start = " ".repeat(INDENT + hanging);
            room = WIDTH - INDENT - hanging;
            rest = rest.substring(cut).strip();
        }
        lines.add((start + rest).stripTrailing());
    }
}
