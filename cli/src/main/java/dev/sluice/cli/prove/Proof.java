package dev.sluice.cli.prove;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The answers of one machine.
 *
 * @param kernel the operating system and its version
 * @param java the Java runtime
 * @param isWine true if it shows what programs do on Windows, but not how fast
 * @param time when it began, UTC
 * @param answers by backend, and then by the name of the question
 * @param features by backend: what it has and what not, with the details
 */
record Proof(String kernel, String java, boolean isWine, String time,
        SequencedMap<String, SequencedMap<String, String>> answers,
        SequencedMap<String, SequencedMap<String, String>> features) {
    static List<OpenQuestion> questions() {
        return Stream.concat(StreamQuestions.ALL.stream(), SystemQuestions.ALL.stream()).toList();
    }

    /** Asks a backend everything; what the system refuses is an answer too. */
    static SequencedMap<String, String> ask(Backend backend, List<OpenQuestion> questions)
            throws IOException {
        SequencedMap<String, String> answers = new LinkedHashMap<>();
        for (OpenQuestion question : questions) {
            try (Workbench bench = Workbench.open(backend)) {
                answers.put(question.name(), answer(question, bench));
            }
        }
        return answers;
    }

    private static String answer(OpenQuestion question, Workbench bench) {
        try {
            return question.asking().ask(bench);
        } catch (IOException refused) {
            return "refused: " + refused.getMessage();
        }
    }

    static SequencedMap<String, String> features(Capabilities.Support support) {
        SequencedMap<String, String> features = new LinkedHashMap<>();
        for (Capabilities.Feature feature : support.features()) {
            features.put(feature.name(), (feature.available() ? "yes" : "no")
                    + (feature.detail().isEmpty() ? "" : ": " + feature.detail()));
        }
        return features;
    }

    /** The names of the backends that were asked. */
    List<String> backends() {
        return new ArrayList<>(answers.sequencedKeySet());
    }
}
