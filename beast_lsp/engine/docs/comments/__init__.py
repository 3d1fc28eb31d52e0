"""Documentation comments of JavaScript, TypeScript, Go, Rust and Java: what a signature says, read and written."""
