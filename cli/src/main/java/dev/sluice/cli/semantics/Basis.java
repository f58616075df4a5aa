package dev.sluice.cli.semantics;

/** What determines the outcome. */
enum Basis {
    /** Sluice promises it on every backend. */
    CONTRACT,
    /** The kernel decides; Sluice reports what it does. */
    SYSTEM
}
