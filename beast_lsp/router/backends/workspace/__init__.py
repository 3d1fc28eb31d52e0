"""The workspace model: what this file and this workspace would write next."""
