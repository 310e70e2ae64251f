"""`python -m yab`."""

from yab.cli.main import main

if __name__ == "__main__":
    main()
