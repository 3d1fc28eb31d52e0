"""Tests for JavaScript, TypeScript, Rust, Go and Java: the project's own toolchain runs them, confined and offline."""
