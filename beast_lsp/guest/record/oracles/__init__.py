"""What is asserted of a call: what can be written down, holds each time, and says something."""
