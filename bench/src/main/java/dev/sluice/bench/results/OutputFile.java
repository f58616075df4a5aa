package dev.sluice.bench.results;

import dev.sluice.bench.BenchException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that the user named: it is checked before the work and written after it.
 *
 * @param path as the user gave it
 */
public record OutputFile(Path path) {
    /**
     * Fails now rather than after the work. Opens the file, and leaves it unchanged.
     *
     * @throws BenchException with the cause
     */
    public void check() {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            throw new BenchException("cannot write " + path + ": it is a directory");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new BenchException("cannot write " + path + ": there is no directory " + folder);
        }
        probe(path);
        if (isReplaced()) {
            probe(temporary());
        }
    }

    private void probe(Path file) {
        boolean isNew = !Files.exists(file);
        try {
            Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            if (isNew) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private Path temporary() {
        return path.resolveSibling(path.getFileName() + ".tmp");
    }

    /** A link, a pipe or a device is written in place. */
    private boolean isReplaced() {
        return !Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Writes a plain file as a whole or not at all; anything else in place.
     *
     * @throws BenchException with the cause
     */
    public void write(String text) {
        try {
            if (isReplaced()) {
                Files.writeString(temporary(), text);
                Files.move(temporary(), path, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.writeString(path, text);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private BenchException failure(IOException e) {
        String cause = switch (e) {
            case AccessDeniedException denied -> "no permission";
            case NoSuchFileException missing -> "no file can be made there";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
        return new BenchException("cannot write " + path + ": " + cause, e);
    }
}
