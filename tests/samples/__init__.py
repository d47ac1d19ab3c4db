"""Files that tests of the readers make: each function gives the bytes of one file."""
