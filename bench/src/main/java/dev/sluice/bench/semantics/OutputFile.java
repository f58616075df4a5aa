package dev.sluice.bench.semantics;

import dev.sluice.bench.CommandFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that the user asked for: tried before the work, written after it. */
record OutputFile(Path path) {
    /** Fails now rather than after the work. Opens the file, and leaves it as it was. */
    void check() {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            throw new CommandFailure("cannot write " + path + ": it is a directory");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new CommandFailure("cannot write " + path + ": there is no directory " + folder);
        }
        boolean isNew = !Files.exists(path);
        try {
            Files.newByteChannel(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            if (isNew) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void write(String text) {
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private CommandFailure failure(IOException e) {
        String cause = switch (e) {
            case AccessDeniedException denied -> "no permission";
            case NoSuchFileException missing -> "no file can be made there";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
        return new CommandFailure("cannot write " + path + ": " + cause, e);
    }
}
