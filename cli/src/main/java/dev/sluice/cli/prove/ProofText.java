package dev.sluice.cli.prove;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** Answers as text: each question with a line for each machine and backend. */
final class ProofText {
    /** By the name of the file or machine. */
    private final SequencedMap<String, Proof> proofs;

    private final int columns;

    ProofText(SequencedMap<String, Proof> proofs, int columns) {
        this.proofs = proofs;
        this.columns = columns;
    }

    /** A column of answers. */
    private record Column(String title, SequencedMap<String, String> answers) {}

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        proofs.forEach((name, proof) -> lines.add(name + ": " + proof.kernel() + ", Java "
                + proof.java() + ", " + proof.time()
                + (proof.isWine() ? "; under Wine: behaviour only" : "")));
        List<Column> all = columns();
        int width = all.stream().mapToInt(column -> column.title().length()).max().orElse(0);
        for (String question : questions(all)) {
            lines.add("");
            lines.add(question);
            for (Column column : all) {
                String answer = column.answers().getOrDefault(question, "not asked");
                add(lines, "  " + pad(column.title(), width) + "  ", answer);
            }
        }
        return lines;
    }

    private List<Column> columns() {
        List<Column> all = new ArrayList<>();
        for (Map.Entry<String, Proof> proof : proofs.entrySet()) {
            proof.getValue().answers().forEach((backend, answers) -> all.add(new Column(
                    proofs.size() == 1 ? backend : proof.getKey() + " " + backend, answers)));
        }
        return all;
    }

    private static SequencedSet<String> questions(List<Column> columns) {
        SequencedSet<String> questions = new LinkedHashSet<>();
        columns.forEach(column -> questions.addAll(column.answers().sequencedKeySet()));
        return questions;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    /** Adds a text behind a margin, on as many lines as it takes. */
    private void add(List<String> lines, String margin, String text) {
        StringBuilder line = new StringBuilder(margin);
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > columns && line.length() > margin.length()) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(margin.length()));
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
    }
}
