"""How likely code is to need a fix: what is measured of a function, and the additive model that judges it."""
