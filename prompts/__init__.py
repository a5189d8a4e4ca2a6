"""Prompts as files: `$name` marks what is filled in."""
