"""The rules, one module a topic; the first digit of a code is its family. Pure."""
