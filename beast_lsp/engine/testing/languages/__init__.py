"""Written tests for JavaScript, TypeScript, Rust, Go and Java: targets, argument values, probes, test files. Pure."""
