"""Pages of documentation in Markdown: a reference of what is public, a README's facts, and how the modules depend."""
