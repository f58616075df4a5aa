package dev.sluice.cli;

import dev.sluice.Backend;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the value of an option {@code --backend}; the message for a wrong one lists the names. */
public final class BackendName implements ITypeConverter<Backend> {
    @Override
    public Backend convert(String value) {
        try {
            return Backend.named(value);
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }
}
