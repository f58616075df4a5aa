package dev.sluice.cli.semantics;

/** Who decides what is seen. */
enum Basis {
    /** Sluice promises it on every backend. */
    CONTRACT,
    /** The system decides; Sluice passes on what it does. */
    SYSTEM
}
