"""The net that every proposal passes on its way to a plan."""
