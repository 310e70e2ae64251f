"""The command line: one module a command reads its arguments, calls, and prints. No decisions."""
