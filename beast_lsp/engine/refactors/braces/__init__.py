"""Refactorings of JavaScript, TypeScript, Go, Rust and Java, within a file."""
