"""What functions, classes and modules do, as far as their text proves it."""
