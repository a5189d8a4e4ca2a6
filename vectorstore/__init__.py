"""From file to passage: parse transcripts, keep them, find statements."""
