"""Tasks go to models here: selection, cancellation, fallbacks."""
