"""`python -m bot` is `roosbot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
