"""Values to call with: of a type, by the way a parameter is used, and objects of classes."""
