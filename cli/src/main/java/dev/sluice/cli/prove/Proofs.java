package dev.sluice.cli.prove;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Files that {@link ProveCommand} wrote on several machines. */
public final class Proofs {
    private Proofs() {}

    /** True if such a file is among them. */
    public static boolean areAmong(List<Path> files) {
        return files.stream().anyMatch(ProofFile::isOne);
    }

    /**
     * Reads the files and shows them side by side.
     *
     * @param files by the names under which they are shown
     * @param columns the width of a line
     */
    public static List<String> sideBySide(SequencedMap<String, Path> files, int columns) {
        SequencedMap<String, Proof> proofs = new LinkedHashMap<>();
        files.forEach((name, file) -> proofs.put(name, ProofFile.read(file)));
        return new ProofText(proofs, columns).lines();
    }
}
