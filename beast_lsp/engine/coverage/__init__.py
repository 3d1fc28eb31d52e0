"""Which lines the tests run: read from coverage reports, and predicted where there is none."""
